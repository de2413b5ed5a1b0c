import { write } from './article';
import type { Ending } from './article';
import { Chance } from './random';
import { Story } from './story';
import type { Step } from './story';
import { topicOf } from './topics';

/** A day of the pipeline as commands, each part in the order of its times. */
export interface Day {
  /** Of the services: every article from its topic to its end, or to now. */
  readonly articles: Part;
  /** Of the services: second tries at some that failed. */
  readonly forks: Part;
  /** Of an operator: the end of those that went silent. */
  readonly timeOuts: Part;
}

interface Part {
  readonly executions: number;
  readonly steps: readonly Step[];
}

const hour = 3_600_000;
const silence = hour;

const endings: readonly (readonly [Ending, number])[] = [
  ['rejected', 0.05],
  ['failed', 0.08],
  ['cancelled', 0.08],
  ['terminated', 0.02],
  ['silent', 0.03],
];

const endingOf = (chance: Chance): Ending => {
  let left = chance.fraction();
  for (const [ending, share] of endings) {
    if (left < share) return ending;
    left -= share;
  }
  return 'published';
};

/** Two thirds of the work starts in the ten hours before now, the rest through the night. */
const startOf = (chance: Chance, now: number): number =>
  now - hour * (chance.happens(0.67) ? chance.between(0, 10) : chance.between(10, 24));

const fork = (failed: Story, topic: string, chance: Chance): Story => {
  const story = new Story(`${failed.executionId}-fork`, chance, failed.now).pass(120, 1_800);
  write(story, chance.happens(0.8) ? 'published' : 'failed', {
    topic,
    forkedFrom: failed.executionId,
  });
  return story;
};

const timeOut = ({ executionId, steps, chance }: Story): Story => {
  const last = steps.at(-1)?.at ?? 0;
  const silentSince = new Date(last).toISOString();
  const reason = 'nothing was heard of it for 3600 s';
  const story = new Story(executionId, chance, last + silence, steps.length);
  return story.tell('time-out-execution', { silentSince, reason });
};

/** What of some stories lies in the past. What would lie in the future has not happened yet. */
const happened = (stories: readonly Story[], now: number): Part => {
  const told = stories.map(({ steps }) => steps.filter(({ at }) => at <= now));
  return {
    executions: told.filter(({ length }) => length > 0).length,
    steps: told.flat().sort((one, other) => one.at - other.at),
  };
};

/**
 * The 24 hours before `now` (milliseconds since 1970): the same for the same seed, but for the ids,
 * which begin with `run`.
 */
export const dayOf = (seed: number, run: string, count: number, now: number): Day => {
  const chance = new Chance(seed);
  const articles: Story[] = [];
  const forks: Story[] = [];
  const timeOuts: Story[] = [];
  for (let number = 1; number <= count; number += 1) {
    const id = `${run}-${String(number).padStart(3, '0')}`;
    const topic = topicOf(chance);
    const story = new Story(id, chance, startOf(chance, now));
    const ending = endingOf(chance);
    if (chance.happens(0.1)) story.tell('queue-execution', { topic }).pass(60, 1_200);
    write(story, ending, { topic });
    articles.push(story);
    if (ending === 'silent') timeOuts.push(timeOut(story));
    const isOver = ending === 'failed' || ending === 'rejected';
    if (isOver && chance.happens(0.5)) forks.push(fork(story, topic, chance));
  }
  return {
    articles: happened(articles, now),
    forks: happened(forks, now),
    timeOuts: happened(timeOuts, now),
  };
};
