import { rulesOf } from '../../../test/harness/given-when-then';
import { gateNames } from '../../events/execution.events';
import { executionCommands } from './execution.commands';
import { untouchedFlow } from '../deployment/live-deployment.decider';
import type { ExecutionCommand } from './execution.commands';
import { execution } from './execution.decider';
import type { ExecutionRefusal } from './execution.decider';
import type { ExecutionEvent } from './execution.state';
import { emptyBook } from '../pricebook/pricebook.state';
import { contentFlow } from './flow';
import type { Flow } from './flow';

const manual: Flow = { ...contentFlow, name: 'manual', requiredGates: ['voice'], maxRevisions: 0 };
/** Nothing comes from its revision stage but that stage itself. */
const single: Flow = {
  ...contentFlow,
  name: 'single',
  stages: [{ name: 'write', steps: [] }],
  revisionStage: 'write',
};
const flows = new Map([contentFlow, manual, single].map((flow) => [flow.name, flow]));
const context = {
  flows,
  book: emptyBook,
  at: '2026-01-08T22:00:00.000000Z',
  deploymentId: null,
  liveFlow: untouchedFlow,
  repricing: { status: 'running' } as const,
};
const { given, told } = rulesOf(execution, context);

const id = { executionId: 'one' };
const allGates = { opening: true, evidence: true, voice: true, structure: true, chart: true };

const opened = { flow: 'content', topic: null, agent: null, forkedFrom: null };
const started: ExecutionEvent = { type: 'ExecutionStarted', data: opened };
const queued: ExecutionEvent = { type: 'ExecutionQueued', data: opened };
const paused: ExecutionEvent = { type: 'ExecutionPaused', data: { reason: null } };
const waiting: ExecutionEvent = { type: 'ExecutionWaitStarted', data: { reason: null } };
const published: ExecutionEvent = { type: 'ArticlePublished', data: { url: null } };

const stageStarted = (stage: string, attempt = 1, reopens: string[] = []): ExecutionEvent => ({
  type: 'StageStarted',
  data: { stage, agent: null, attempt, reopens },
});
const stageCompleted = (stage: string): ExecutionEvent => ({
  type: 'StageCompleted',
  data: { stage, agent: null, result: null },
});
const stageFailed = (stage: string, retryable: boolean): ExecutionEvent => ({
  type: 'StageFailed',
  data: { stage, agent: null, error: 'no luck', retryable },
});
const scored = (
  decision: 'publish' | 'revise' | 'reject',
  revisions: number,
  score = 6,
): ExecutionEvent => ({
  type: 'QualityScored',
  data: { score, gates: allGates, decision, revisions, agent: opened.agent },
});

const startStage = (stage: string): ExecutionCommand => ({ type: 'StartStage', ...id, stage });
const completeStage = (stage: string): ExecutionCommand => ({
  type: 'CompleteStage',
  ...id,
  stage,
});
const failStage = (stage: string, retryable = true): ExecutionCommand => ({
  type: 'FailStage',
  ...id,
  stage,
  error: 'no luck',
  retryable,
});
const scoreQuality = (score: number, gates = allGates): ExecutionCommand => ({
  type: 'ScoreQuality',
  ...id,
  score,
  gates,
});
const publishArticle: ExecutionCommand = { type: 'PublishArticle', ...id };

const completed = (...stages: string[]): ExecutionEvent[] =>
  stages.flatMap((stage) => [stageStarted(stage), stageCompleted(stage)]);
const upToContent = [started, ...completed('discover_topics', 'editorial_review')];
const throughGate = [...upToContent, ...completed('generate_content', 'quality_gate')];

describe('starting', () => {
  test('starts a run of the default flow', () => {
    given()
      .when({ type: 'StartExecution', flow: 'content', topic: 'Ledgers', agent: 'planner' })
      .then({
        type: 'ExecutionStarted',
        data: { flow: 'content', topic: 'Ledgers', agent: 'planner', forkedFrom: null },
      });
  });

  test('remembers what it was forked from', () => {
    given()
      .when({ type: 'StartExecution', flow: 'manual', forkedFrom: 'zero' })
      .then({
        type: 'ExecutionStarted',
        data: { ...opened, flow: 'manual', forkedFrom: 'zero' },
      });
  });

  test('queues a run that is to start later', () => {
    given().when({ type: 'QueueExecution', flow: 'content' }).then(queued);
  });

  test('starts what was queued', () => {
    given(queued).when({ type: 'StartExecution', flow: 'content' }).then(started);
  });

  test('starts what was queued with what was said then, unless it is said anew', () => {
    const said = { topic: 'Ledgers', agent: 'planner', forkedFrom: 'zero', subject: 'ann' };
    const queuedWith: ExecutionEvent = {
      type: 'ExecutionQueued',
      data: { flow: 'content', ...said },
    };
    const start = { type: 'StartExecution', flow: 'content' } as const;
    const startedWith = (data: object): ExecutionEvent => ({
      type: 'ExecutionStarted',
      data: { ...opened, ...data },
    });
    given(queuedWith).when(start).then(startedWith(said));
    given(queuedWith)
      .when({ ...start, topic: 'Clocks', agent: 'writer' })
      .then(startedWith({ topic: 'Clocks', agent: 'writer', forkedFrom: 'zero' }));
  });

  test('starts what was queued in the flow it was queued for, unless another is said', () => {
    const ofManual = { ...opened, flow: 'manual' };
    const queuedForManual: ExecutionEvent = { type: 'ExecutionQueued', data: ofManual };
    given(queuedForManual)
      .when({ type: 'StartExecution' })
      .then({ type: 'ExecutionStarted', data: ofManual });
    given(queuedForManual).when({ type: 'StartExecution', flow: 'content' }).then(started);
    given().when({ type: 'StartExecution' }).then(started);
  });

  test('refuses a flow that is not configured, naming those that are', () => {
    given()
      .when({ type: 'StartExecution', flow: 'contents' })
      .refused('flow-unknown', /no flow contents; there is content, manual/);
    given().when({ type: 'QueueExecution', flow: 'nope' }).refused('flow-unknown', /nope/);
  });

  test.each(['StartExecution', 'QueueExecution'] as const)(
    'refuses %s of what is already under way',
    (type) => {
      given(started)
        .when({ type, flow: 'content' })
        .refused('execution-already-started', /running/);
    },
  );

  test('refuses to queue twice', () => {
    given(queued)
      .when({ type: 'QueueExecution', flow: 'content' })
      .refused('execution-already-started', /queued/);
  });
});

describe('stages', () => {
  test('starts the first stage', () => {
    given(started)
      .when({ ...startStage('discover_topics'), agent: 'planner' } as ExecutionCommand)
      .then({
        type: 'StageStarted',
        data: { stage: 'discover_topics', agent: 'planner', attempt: 1, reopens: [] },
      });
  });

  test('refuses a stage whose predecessor is not completed', () => {
    given(started)
      .when(startStage('editorial_review'))
      .refused('stage-out-of-order', /after discover_topics, which is not started/);
    given(started, stageStarted('discover_topics'))
      .when(startStage('editorial_review'))
      .refused('stage-out-of-order', /after discover_topics, which is running/);
    given(started, ...completed('discover_topics'))
      .when(startStage('quality_gate'))
      .refused('stage-out-of-order', /after editorial_review/);
  });

  test('starts the next stage once the one before is completed', () => {
    given(started, ...completed('discover_topics'))
      .when(startStage('editorial_review'))
      .then(stageStarted('editorial_review'));
  });

  test('starting what already runs changes nothing', () => {
    given(started, stageStarted('discover_topics')).when(startStage('discover_topics')).then();
  });

  test('refuses to start what is completed', () => {
    given(started, ...completed('discover_topics'))
      .when(startStage('discover_topics'))
      .refused('stage-out-of-order', /already completed/);
  });

  test.each([startStage, completeStage, failStage])(
    'refuses a stage that the flow does not have, naming those it has',
    (command) => {
      given(started)
        .when(command('proofread'))
        .refused('stage-unknown', /no stage proofread; it has discover_topics, .*quality_gate/);
    },
  );

  test('a name that objects have by themselves is no stage', () => {
    given(started)
      .when(startStage('constructor'))
      .refused('stage-unknown', /constructor/);
  });

  test('completes the running stage with its result', () => {
    given(started, stageStarted('discover_topics'))
      .when({ type: 'CompleteStage', ...id, stage: 'discover_topics', agent: 'a', result: [1] })
      .then({
        type: 'StageCompleted',
        data: { stage: 'discover_topics', agent: 'a', result: [1] },
      });
  });

  test('completing twice completes once', () => {
    given(started, ...completed('discover_topics'))
      .when(completeStage('discover_topics'))
      .then();
  });

  test('refuses to end a stage that does not run', () => {
    given(started)
      .when(completeStage('discover_topics'))
      .refused('stage-out-of-order', /not started, start it first/);
    given(started, ...completed('discover_topics'))
      .when(failStage('discover_topics'))
      .refused('stage-out-of-order', /completed, start it first/);
  });

  test('fails the running stage', () => {
    given(started, stageStarted('discover_topics'))
      .when(failStage('discover_topics'))
      .then(stageFailed('discover_topics', true));
  });

  test('failing twice fails once', () => {
    given(started, stageStarted('discover_topics'), stageFailed('discover_topics', true))
      .when(failStage('discover_topics'))
      .then();
  });

  test('a failed stage may be tried again, which counts', () => {
    given(started, stageStarted('discover_topics'), stageFailed('discover_topics', true))
      .when(startStage('discover_topics'))
      .then(stageStarted('discover_topics', 2));
  });

  test('a stage that failed for good is not tried again', () => {
    given(started, stageStarted('discover_topics'), stageFailed('discover_topics', false))
      .when(startStage('discover_topics'))
      .refused('stage-out-of-order', /not to be retried/);
  });

  test('a failed stage holds up those behind it', () => {
    given(started, stageStarted('discover_topics'), stageFailed('discover_topics', true))
      .when(startStage('editorial_review'))
      .refused('stage-out-of-order', /discover_topics, which is failed/);
  });

  test('starts no stage while it is queued or paused', () => {
    given(queued)
      .when(startStage('discover_topics'))
      .refused('execution-not-started', /queued/);
    given(started, paused)
      .when(startStage('discover_topics'))
      .refused('execution-paused', /resume/);
  });

  test('a stage that runs may end while the execution is paused', () => {
    given(started, stageStarted('discover_topics'), paused)
      .when(completeStage('discover_topics'))
      .then(stageCompleted('discover_topics'));
  });

  test('a stage may start while the execution waits', () => {
    given(started, waiting)
      .when(startStage('discover_topics'))
      .then(stageStarted('discover_topics'));
  });

  test('refuses to work on a flow that this server no longer knows', () => {
    const gone: ExecutionEvent = { type: 'ExecutionStarted', data: { ...opened, flow: 'old' } };
    given(gone)
      .when(startStage('discover_topics'))
      .refused('flow-unknown', /flow old/);
  });
});

describe('steps within a stage', () => {
  const inContent = [...upToContent, stageStarted('generate_content')];

  test('start in any order while their stage runs', () => {
    given(...inContent)
      .when(startStage('write'))
      .then(stageStarted('write'));
    given(...inContent, stageStarted('write'))
      .when(startStage('research'))
      .then(stageStarted('research'));
  });

  test('are refused while their stage does not run', () => {
    given(...upToContent)
      .when(startStage('write'))
      .refused('stage-out-of-order', /write is a step of generate_content, which is not started/);
  });

  test('hold up the end of their stage while they run', () => {
    given(...inContent, stageStarted('write'))
      .when(completeStage('generate_content'))
      .refused('stage-out-of-order', /step write of generate_content is still running/);
  });

  test('need not all have run for their stage to be completed', () => {
    given(...inContent, ...completed('write'))
      .when(completeStage('generate_content'))
      .then(stageCompleted('generate_content'));
  });

  test('do not keep their stage from failing, and fail with it where they run', () => {
    given(...inContent, ...completed('research'), stageStarted('write'))
      .when(failStage('generate_content'))
      .then(stageFailed('generate_content', true), stageFailed('write', true));
    given(...inContent, stageStarted('write'))
      .when(failStage('generate_content', false))
      .then(stageFailed('generate_content', false), stageFailed('write', false));
  });

  test('that failed with their stage hold up no other try of it, in which they start again', () => {
    const triedAgain = [
      ...inContent,
      stageStarted('write'),
      stageFailed('generate_content', true),
      stageFailed('write', true),
      stageStarted('generate_content', 2),
    ];
    given(...triedAgain)
      .when(completeStage('generate_content'))
      .then(stageCompleted('generate_content'));
    given(...triedAgain)
      .when(startStage('write'))
      .then(stageStarted('write', 2));
  });

  test('may be tried again after a failure, unless it was for good', () => {
    given(...inContent, stageStarted('write'), stageFailed('write', true))
      .when(startStage('write'))
      .then(stageStarted('write', 2));
    given(...inContent, stageStarted('write'), stageFailed('write', false))
      .when(startStage('write'))
      .refused('stage-out-of-order', /not to be retried/);
  });

  test('do not start again once completed', () => {
    given(...inContent, ...completed('write'))
      .when(startStage('write'))
      .refused('stage-out-of-order', /already completed/);
  });
});

describe('quality', () => {
  const result = (
    decision: 'publish' | 'revise' | 'reject',
    revisions: number,
    score: number,
    gates = allGates,
  ): ExecutionEvent => ({
    type: 'QualityScored',
    data: { score, gates, decision, revisions, agent: opened.agent },
  });

  test('publishes at a score of eight', () => {
    given(...throughGate)
      .when(scoreQuality(8))
      .then(result('publish', 0, 8));
  });

  test('is that of the agent who is named, or whose execution it is', () => {
    const scored = result('publish', 0, 8);
    given({ type: 'ExecutionStarted', data: { ...opened, agent: 'writer' } })
      .when(scoreQuality(8))
      .then({ ...scored, data: { ...scored.data, agent: 'writer' } } as ExecutionEvent);
    given(started)
      .when({ ...scoreQuality(8), agent: 'research' } as ExecutionCommand)
      .then({ ...scored, data: { ...scored.data, agent: 'research' } } as ExecutionEvent);
  });

  test('asks for a revision just below eight', () => {
    given(...throughGate)
      .when(scoreQuality(7.999))
      .then(result('revise', 1, 7.999));
  });

  test.each(gateNames)(
    'asks for a revision where the gate %s fails, whatever the score',
    (gate) => {
      const gates = { ...allGates, [gate]: false };
      given(...throughGate)
        .when(scoreQuality(10, gates))
        .then(result('revise', 1, 10, gates));
    },
  );

  test('asks only for the gates that the flow requires', () => {
    const inManual: ExecutionEvent = {
      type: 'ExecutionStarted',
      data: { ...opened, flow: 'manual' },
    };
    const onlyVoice = {
      opening: false,
      evidence: false,
      voice: true,
      structure: false,
      chart: false,
    };
    given(inManual)
      .when(scoreQuality(8, onlyVoice))
      .then(result('publish', 0, 8, onlyVoice));
  });

  test('rejects when the revisions are used up', () => {
    given(...throughGate, scored('revise', 1), scored('revise', 2))
      .when(scoreQuality(6))
      .then(result('revise', 3, 6));
    given(...throughGate, scored('revise', 3))
      .when(scoreQuality(6))
      .then(result('reject', 3, 6));
  });

  test('a flow without revisions rejects at once', () => {
    const inManual: ExecutionEvent = {
      type: 'ExecutionStarted',
      data: { ...opened, flow: 'manual' },
    };
    given(inManual)
      .when(scoreQuality(2))
      .then(result('reject', 0, 2));
  });

  test('may still publish after the last revision', () => {
    given(...throughGate, scored('revise', 3))
      .when(scoreQuality(9))
      .then(result('publish', 3, 9));
  });

  test('does not score what is published', () => {
    given(...throughGate, scored('publish', 0, 9), published)
      .when(scoreQuality(1))
      .refused('article-already-published', /out/);
  });
});

describe('the revision loop', () => {
  const asked = [...throughGate, scored('revise', 1)];

  test('begins again with the flow’s revision stage and reopens what comes from it', () => {
    given(...asked)
      .when(startStage('generate_content'))
      .then(stageStarted('generate_content', 2, ['research', 'write', 'graphics', 'quality_gate']));
  });

  test('keeps the stages before it', () => {
    given(...asked)
      .when(startStage('editorial_review'))
      .refused('stage-out-of-order', /already completed/);
  });

  test('runs steps and gate once more', () => {
    const revising = [
      ...throughGate.slice(0, -4),
      stageStarted('generate_content'),
      ...completed('write'),
      stageCompleted('generate_content'),
      ...completed('quality_gate'),
      scored('revise', 1),
      stageStarted('generate_content', 2, ['research', 'write', 'graphics', 'quality_gate']),
    ];
    given(...revising)
      .when(startStage('write'))
      .then(stageStarted('write', 2));
    given(...revising, stageCompleted('generate_content'))
      .when(startStage('quality_gate'))
      .then(stageStarted('quality_gate', 2));
  });

  test('does not go on to the gate before the content is made anew', () => {
    given(...asked, stageStarted('generate_content', 2, ['quality_gate']))
      .when(startStage('quality_gate'))
      .refused('stage-out-of-order', /generate_content, which is running/);
  });

  test('begins once for each revision asked for', () => {
    given(...asked, stageStarted('generate_content', 2, ['quality_gate']))
      .when(startStage('generate_content'))
      .then();
  });

  test('begins once also where nothing else comes from the stage that it begins with', () => {
    const written = [
      { type: 'ExecutionStarted', data: { ...opened, flow: 'single' } } as const,
      ...completed('write'),
      scored('revise', 1),
    ];
    const again = stageStarted('write', 2, ['write']);
    given(...written)
      .when(startStage('write'))
      .then(again);
    given(...written, again)
      .when(startStage('write'))
      .then();
    given(...written, again, stageCompleted('write'))
      .when(startStage('write'))
      .refused('stage-out-of-order', /already completed/);
  });

  test('is not begun where none was asked for', () => {
    given(...throughGate)
      .when(startStage('generate_content'))
      .refused('stage-out-of-order', /already completed/);
    given(...throughGate, scored('reject', 3))
      .when(startStage('generate_content'))
      .refused('stage-out-of-order', /already completed/);
  });

  test('makes the score before it void', () => {
    given(...asked, stageStarted('generate_content', 2, ['quality_gate']))
      .when(publishArticle)
      .refused('quality-not-passed', /no score yet/);
  });
});

describe('publishing', () => {
  test('publishes what passed', () => {
    given(...throughGate, scored('publish', 0, 9))
      .when({ ...publishArticle, url: 'https://example.org' })
      .then({ type: 'ArticlePublished', data: { url: 'https://example.org' } });
  });

  test('publishing twice publishes once', () => {
    given(...throughGate, scored('publish', 0, 9), published)
      .when(publishArticle)
      .then();
  });

  test.each([
    ['there is no score yet', []],
    ['it says revise', [scored('revise', 1)]],
    ['it says reject', [scored('reject', 3)]],
  ])('refuses to publish while %s', (detail, scores) => {
    given(...throughGate, ...scores)
      .when(publishArticle)
      .refused('quality-not-passed', new RegExp(detail));
  });
});

describe('turns of an execution that lives', () => {
  const turns = [
    ['WaitExecution', 'ExecutionWaitStarted'],
    ['PauseExecution', 'ExecutionPaused'],
    ['ResumeExecution', 'ExecutionResumed'],
  ] as const;
  const elsewhere = { WaitExecution: paused, PauseExecution: waiting, ResumeExecution: paused };

  test.each(turns)('%s is recorded with its reason', (type, event) => {
    given(started, elsewhere[type])
      .when({ type, ...id, reason: 'because' })
      .then({ type: event, data: { reason: 'because' } });
  });

  test.each(turns)('%s, asked for twice, happens once', (type, event) => {
    given(started, elsewhere[type], { type: event, data: { reason: null } })
      .when({ type, ...id })
      .then();
  });

  test.each(turns)('%s is refused while it is queued', (type) => {
    given(queued)
      .when({ type, ...id })
      .refused('execution-not-started', /queued/);
  });

  test('resuming what runs changes nothing', () => {
    given(started)
      .when({ type: 'ResumeExecution', ...id })
      .then();
  });

  test('a heartbeat is always recorded', () => {
    const heard: ExecutionEvent = { type: 'HeartbeatReceived', data: { reason: null } };
    given(started)
      .when({ type: 'HeartbeatExecution', ...id })
      .then(heard);
    given(started, heard)
      .when({ type: 'HeartbeatExecution', ...id })
      .then(heard);
    given(queued)
      .when({ type: 'HeartbeatExecution', ...id })
      .then(heard);
  });
});

describe('ends', () => {
  const ends = [
    ['CompleteExecution', 'ExecutionCompleted', 'completed'],
    ['FailExecution', 'ExecutionFailed', 'failed'],
    ['CancelExecution', 'ExecutionCancelled', 'cancelled'],
    ['TerminateExecution', 'ExecutionTerminated', 'terminated'],
  ] as const;
  const timeOut: ExecutionCommand = {
    type: 'TimeOutExecution',
    ...id,
    silentSince: '2026-01-08T22:32:15Z',
    reason: 'silent',
  };
  const timedOut: ExecutionEvent = {
    type: 'ExecutionTimedOut',
    data: { reason: 'silent', silentSince: '2026-01-08T22:32:15Z' },
  };
  const endings: readonly ExecutionEvent[] = [
    ...ends.map(([, type]) => ({ type, data: { reason: null } })),
    timedOut,
  ];

  test.each(ends)('%s ends it, with the reason', (type, event) => {
    given(started)
      .when({ type, ...id, reason: 'because' })
      .then({ type: event, data: { reason: 'because' } });
  });

  test.each(ends)('%s twice ends it once', (type, event) => {
    given(started, { type: event, data: { reason: null } })
      .when({ type, ...id, reason: 'again' })
      .then();
  });

  test('a time-out keeps since when it was silent, and comes once', () => {
    given(started).when(timeOut).then(timedOut);
    given(started, timedOut).when(timeOut).then();
  });

  test.each(ends)('no other end follows %s', (_type, event, status) => {
    const other = ends.find(([, otherEvent]) => otherEvent !== event)!;
    given(started, { type: event, data: { reason: null } })
      .when({ type: other[0], ...id })
      .refused('execution-ended', new RegExp(`is ${status}, which is final`));
    given(started, { type: event, data: { reason: null } })
      .when(timeOut)
      .refused('execution-ended', new RegExp(status));
  });

  test('completing what never started is refused, the other ends are not', () => {
    given(queued)
      .when({ type: 'CompleteExecution', ...id })
      .refused('execution-not-started', /queued/);
    given(queued)
      .when({ type: 'CancelExecution', ...id })
      .then({ type: 'ExecutionCancelled', data: { reason: null } });
  });

  const work: readonly ExecutionCommand[] = [
    startStage('discover_topics'),
    completeStage('discover_topics'),
    failStage('discover_topics'),
    scoreQuality(9),
    publishArticle,
    { type: 'HeartbeatExecution', ...id },
    { type: 'WaitExecution', ...id },
    { type: 'PauseExecution', ...id },
    { type: 'ResumeExecution', ...id },
  ];

  test.each(work)('$type is refused after every end', (command) => {
    for (const ending of endings) {
      given(started, stageStarted('discover_topics'), ending)
        .when(command)
        .refused('execution-ended', /final/);
    }
  });

  test.each(['StartExecution', 'QueueExecution'] as const)(
    '%s starts no ended one again',
    (type) => {
      for (const ending of endings) {
        given(started, ending)
          .when({ type, flow: 'content' })
          .refused('execution-already-started', /the execution is/);
      }
    },
  );
});

describe('model calls', () => {
  const call: Extract<ExecutionCommand, { type: 'RecordLlmCall' }> = {
    type: 'RecordLlmCall',
    ...id,
    agent: 'writer',
    model: 'gpt-4o',
    inputTokens: 1_000,
    cachedInputTokens: 200,
    outputTokens: 500,
    reasoningTokens: 100,
    durationSeconds: 2.5004,
    metadata: { prompt: 'v3' },
  };
  const data = {
    agent: 'writer',
    model: 'gpt-4o',
    inputTokens: 1_000,
    cachedInputTokens: 200,
    outputTokens: 500,
    reasoningTokens: 100,
    durationMs: 2_500,
    metadata: { prompt: 'v3' },
    engages: false,
  };

  const engaged: ExecutionEvent = {
    type: 'LlmCallRecorded',
    data: { ...data, cost: { source: 'unpriced' }, engages: true },
  };

  test('keeps the cost that was reported, exactly', () => {
    given(started)
      .when({ ...call, costUsd: 0.0075 })
      .then({
        type: 'LlmCallRecorded',
        data: {
          ...data,
          engages: true,
          cost: { source: 'reported', nanoUsd: '7500000', computed: null },
        },
      });
  });

  test('a reported cost of nothing is a cost', () => {
    given(started, engaged)
      .when({ ...call, costUsd: 0 })
      .then({
        type: 'LlmCallRecorded',
        data: { ...data, cost: { source: 'reported', nanoUsd: '0', computed: null } },
      });
  });

  test('is unpriced where neither the caller nor the book has a price, and says so', () => {
    given(started, engaged)
      .when(call)
      .then({ type: 'LlmCallRecorded', data: { ...data, cost: { source: 'unpriced' } } });
  });

  test('is recorded after the end too: the money is spent', () => {
    given(started, engaged, { type: 'ExecutionCancelled', data: { reason: null } })
      .when(call)
      .then({ type: 'LlmCallRecorded', data: { ...data, cost: { source: 'unpriced' } } });
  });
});

describe('a repricing', () => {
  test.each(['cancelled', 'completed'] as const)('that is %s records nothing more', (status) => {
    rulesOf(execution, { ...context, repricing: { status } })
      .given(started)
      .when({ type: 'RecordRepricing', ...id, repricing: 'lower-prices', calls: [] })
      .refused('repricing-ended', new RegExp(status));
  });

  test('is named by what it records, so that the ledger confirms that it goes on', () => {
    const { consults, refersTo } = executionCommands.RecordRepricing;
    const data = { ...id, repricing: 'lower-prices', calls: [] };
    const reference = { category: 'repricing', id: 'lower-prices' };
    expect([consults?.(data, null), refersTo?.(data)]).toEqual([reference, reference]);
  });

  test('is recorded also after the end', () => {
    const repriced = { repricing: 'lower-prices', calls: [] };
    given(started, { type: 'ExecutionCancelled', data: { reason: null } })
      .when({ type: 'RecordRepricing', ...id, ...repriced })
      .then({ type: 'CallsRepriced', data: repriced });
  });
});

describe('queries to the style memory', () => {
  const query: Extract<ExecutionCommand, { type: 'RecordStyleQuery' }> = {
    type: 'RecordStyleQuery',
    ...id,
    nResults: 3,
    minScore: 0.7,
    latencyMs: 2.5,
    degraded: false,
    results: [{ paragraphId: 'a.1', source: 'a.md', score: 0.9 }],
    nearMisses: [{ paragraphId: 'a.2', source: 'a.md', score: 0.4 }],
  };
  const asked = (agent: string | null, ...ids: string[]): ExecutionEvent => ({
    type: 'StyleMemoryQueried',
    data: {
      agent,
      textHash: null,
      text: null,
      nResults: 3,
      minScore: 0.7,
      latencyMs: 2.5,
      degraded: false,
      results: ids.map((paragraphId) => ({ paragraphId, source: 'a.md', score: 0.9 })),
      nearMisses: [{ paragraphId: 'a.9', source: 'a.md', score: 0.4 }],
    },
  });
  const credited = (
    outcome: 'published' | 'revised' | 'failed',
    ...paragraphs: [paragraphId: string, agent: string | null][]
  ): ExecutionEvent => ({
    type: 'StyleOutcomeRecorded',
    data: {
      outcome,
      paragraphs: paragraphs.map(([paragraphId, agent]) => ({
        paragraphId,
        source: 'a.md',
        agent,
      })),
    },
  });
  const failed: ExecutionEvent = { type: 'ExecutionFailed', data: { reason: null } };

  test('are recorded as they went', () => {
    const { results, nearMisses } = query;
    given(started)
      .when({ ...query, agent: 'editor', textHash: 'f'.repeat(64), text: 'colour' })
      .then({
        type: 'StyleMemoryQueried',
        data: {
          agent: 'editor',
          textHash: 'f'.repeat(64),
          text: 'colour',
          nResults: 3,
          minScore: 0.7,
          latencyMs: 2.5,
          degraded: false,
          results,
          nearMisses,
        },
      });
  });

  test('are recorded after the end too', () => {
    given(started, failed)
      .when(query)
      .then({
        ...asked(null, 'a.1'),
        data: expect.objectContaining({ agent: null, results: query.results }),
      });
  });

  test('each costs the next little, however many an execution makes', () => {
    const queries = Array.from({ length: 2_000 }, (_, index) => asked(null, `a.${String(index)}`));
    const copied = jest.spyOn(Map.prototype, 'set');
    try {
      queries.reduce(execution.evolve, execution.initialState);
      expect(copied.mock.calls.length / queries.length).toBeLessThan(20);
    } finally {
      copied.mockRestore();
    }
  });

  test('what they served is credited when the article is published, to whom it was first served', () => {
    given(
      ...throughGate,
      asked('research', 'a.1', 'a.2'),
      asked('writer', 'a.2', 'a.3'),
      scored('publish', 0, 9),
    )
      .when(publishArticle)
      .then(
        published,
        credited('published', ['a.1', 'research'], ['a.2', 'research'], ['a.3', 'writer']),
      );
  });

  test('near misses are not credited, nor is anything where nothing was served', () => {
    given(...throughGate, asked('writer'), scored('publish', 0, 9))
      .when(publishArticle)
      .then(published);
  });

  test('a revision is credited once to each paragraph, however many there are', () => {
    const first = [...throughGate, asked(null, 'a.1')];
    given(...first)
      .when(scoreQuality(6))
      .then(scored('revise', 1), credited('revised', ['a.1', null]));
    given(...first, scored('revise', 1), credited('revised', ['a.1', null]))
      .when(scoreQuality(6))
      .then(scored('revise', 2));
    given(
      ...first,
      scored('revise', 1),
      credited('revised', ['a.1', null]),
      asked(null, 'a.1', 'a.2'),
    )
      .when(scoreQuality(6))
      .then(scored('revise', 2), credited('revised', ['a.2', null]));
  });

  test('a score that publishes or rejects says nothing of them yet', () => {
    given(...throughGate, asked(null, 'a.1'))
      .when(scoreQuality(9))
      .then(scored('publish', 0, 9));
  });

  test('a failure is credited, a cancellation is not', () => {
    given(started, asked(null, 'a.1'))
      .when({ type: 'FailExecution', ...id })
      .then(failed, credited('failed', ['a.1', null]));
    given(started, asked(null, 'a.1'))
      .when({ type: 'CancelExecution', ...id })
      .then({ type: 'ExecutionCancelled', data: { reason: null } });
  });

  test('are credited in as many facts as keep each below the body of a request', () => {
    const wide = '€';
    const agent = wide.repeat(128);
    const asking = Array.from({ length: 12 }, (_, query): ExecutionEvent => {
      const found = Array.from({ length: 100 }, (__, index) => ({
        paragraphId: `${String(query)}.${String(index)}`.padEnd(128, '.'),
        source: wide.repeat(500),
        score: 0.9,
      }));
      const { data } = asked(agent) as Extract<ExecutionEvent, { type: 'StyleMemoryQueried' }>;
      return { type: 'StyleMemoryQueried', data: { ...data, results: found } };
    });
    const history = [...throughGate, ...asking];
    const state = history.reduce(execution.evolve, execution.initialState);
    const [, ...facts] = execution.decide(scoreQuality(6), state, context) as ExecutionEvent[];
    const ids = (events: readonly ExecutionEvent[]): string[] =>
      events.flatMap((event) =>
        event.type === 'StyleOutcomeRecorded'
          ? event.data.paragraphs.map(({ paragraphId }) => paragraphId)
          : [],
      );
    expect(facts.map((fact) => ids([fact]).length)).toEqual([500, 500, 200]);
    expect(new Set(ids(facts)).size).toBe(1_200);
    for (const { data } of facts) {
      expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(1_048_576);
    }
    given(...history, scored('revise', 1), ...facts)
      .when(scoreQuality(6))
      .then(scored('revise', 2));
  });
});

describe('a deployment that is being rolled back', () => {
  const start: ExecutionCommand = { type: 'StartExecution', ...id, flow: 'content' };
  const liveFlow = { live: 'd2', stopped: 'd2' };
  const under = (deploymentId: string | null) =>
    rulesOf(execution, { ...context, liveFlow, deploymentId });

  test('takes no new work, whether it is named or the live one', () => {
    for (const rules of [under(null), under('d2')]) {
      rules
        .given()
        .when(start)
        .refused('deployment-rolling-back', /d2 is being rolled back/);
    }
    given().when(start).then(started);
  });

  test('goes on with what it has, and does not hold up what is of another', () => {
    under('d1').given().when(start).then(started);
    under('d2')
      .given(started)
      .when({ type: 'CompleteExecution', ...id })
      .then({ type: 'ExecutionCompleted', data: { reason: null } });
  });
});

describe('nothing is left untold', () => {
  test('every command has its sentences above', () => {
    expect([...told.commands].sort()).toEqual(Object.keys(executionCommands).sort());
  });

  test('every refusal has its sentences above', () => {
    const refusals: Readonly<
      Record<Exclude<ExecutionRefusal, 'deployment-rolling-back' | 'repricing-ended'>, true>
    > = {
      'execution-already-started': true,
      'execution-not-started': true,
      'execution-ended': true,
      'execution-paused': true,
      'flow-unknown': true,
      'stage-unknown': true,
      'stage-out-of-order': true,
      'quality-not-passed': true,
      'article-already-published': true,
    };
    expect([...told.refusals].sort()).toEqual(Object.keys(refusals).sort());
  });
});
