import type { Story } from './story';

/** How an article's day ends, if the day is long enough. */
export type Ending = 'published' | 'rejected' | 'failed' | 'cancelled' | 'terminated' | 'silent';

const gateNames = ['opening', 'evidence', 'voice', 'structure', 'chart'] as const;
const revisionsAtMost = 3;

const score = (story: Story, passes: boolean): void => {
  const { chance } = story;
  const missed = passes ? null : chance.of(gateNames);
  const gates = Object.fromEntries(gateNames.map((gate) => [gate, gate !== missed]));
  const points = passes ? chance.between(8, 9.6) : chance.between(4.8, 7.9);
  story
    .tell('start-stage', { stage: 'quality_gate', agent: 'editor' })
    .think('editor', 1, 2)
    .tell('score-quality', { score: Math.round(points * 10) / 10, gates })
    .tell('complete-stage', { stage: 'quality_gate', agent: 'editor' })
    .pass(5, 60);
};

const retryable = ['the image service answered 529', 'the search index timed out'] as const;
const lasting = ['the source is behind a paywall', 'the brief contradicts itself'] as const;

const generate = (story: Story): void => {
  const { chance } = story;
  story.tell('start-stage', { stage: 'generate_content', agent: 'writer' });
  story.stage('research', 'research', 1, 4).stage('write', 'writer', 2, 4);
  if (chance.happens(0.12))
    story.fail('graphics', 'graphics', chance.of(retryable), true).pass(20, 90);
  story.stage('graphics', 'graphics', 1, 2);
  story.tell('complete-stage', { stage: 'generate_content', agent: 'writer' }).pass(5, 90);
};

const review = (story: Story): void => {
  const { chance } = story;
  story.tell('start-stage', { stage: 'editorial_review', agent: 'editor' }).think('editor', 1, 2);
  if (chance.happens(0.25)) {
    story.tell('wait-execution', { reason: 'the desk has to agree' }).pass(120, 1_500);
    story.tell('resume-execution', { reason: 'agreed' });
  }
};

const goSilent = (story: Story): void => {
  story.tell('start-stage', { stage: 'generate_content', agent: 'writer' });
  story.stage('research', 'research', 1, 2).tell('heartbeat-execution', { reason: 'writing' });
};

const breakDown = (story: Story): void => {
  const error = story.chance.of(lasting);
  story.tell('start-stage', { stage: 'generate_content', agent: 'writer' });
  story.fail('research', 'research', error, false);
  story.tell('fail-execution', { reason: error });
};

const revise = (story: Story, times: number): void => {
  for (let revision = 0; revision < times; revision += 1) {
    score(story, false);
    generate(story);
  }
};

/** An article from its topic to its end. */
export const write = (
  story: Story,
  ending: Ending,
  start: Readonly<Record<string, unknown>>,
): void => {
  const { chance } = story;
  story.tell('start-execution', { agent: 'research', ...start });
  story.stage('discover_topics', 'research', 1, 2).pass(10, 120);
  review(story);
  if (ending === 'cancelled') {
    story.tell('cancel-execution', { reason: chance.of(['covered last week', 'no longer news']) });
    return;
  }
  story.tell('complete-stage', { stage: 'editorial_review', agent: 'editor' }).pass(5, 60);
  if (ending === 'silent') {
    goSilent(story);
    return;
  }
  if (ending === 'failed') {
    breakDown(story);
    return;
  }
  generate(story);
  if (ending === 'terminated') {
    story.tell('pause-execution', { reason: 'legal asks for a stop' }).pass(60, 600);
    story.tell('terminate-execution', { reason: 'stopped by legal' });
    return;
  }
  if (ending === 'rejected') {
    revise(story, revisionsAtMost);
    score(story, false);
    story.tell('fail-execution', { reason: 'rejected at the quality gate' });
    return;
  }
  revise(story, chance.happens(0.6) ? 0 : chance.of([1, 1, 1, 2, 2, 3]));
  score(story, true);
  story.tell('publish-article', { url: `https://example.com/articles/${story.executionId}` });
  story.tell('complete-execution');
};
