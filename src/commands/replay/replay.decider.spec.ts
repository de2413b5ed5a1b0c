import { rulesOf } from '../../../test/harness/given-when-then';
import { replayCommands } from './replay.commands';
import type { ReplayCommand } from './replay.commands';
import { replay } from './replay.decider';
import type { ReplayEvent } from './replay.decider';

const { given, told } = rulesOf(replay, { liveTopic: 'flowledger.events' });
const withoutKafka = rulesOf(replay, { liveTopic: null });

const id = { replayId: 'copy' };
const start: ReplayCommand = {
  type: 'StartReplay',
  ...id,
  topic: 'copy-of-events',
  dryRun: false,
  scope: { fromPosition: '7', types: ['LlmCallRecorded'] },
};
const nothing = {
  fromPosition: null,
  toPosition: null,
  since: null,
  until: null,
  streams: null,
  types: null,
  deployments: null,
};
const started: ReplayEvent = {
  type: 'ReplayStarted',
  data: {
    topic: 'copy-of-events',
    scope: { ...nothing, fromPosition: '7', types: ['LlmCallRecorded'] },
    maxEventsPerSecond: null,
  },
};
const pause: ReplayCommand = { type: 'PauseReplay', ...id, reason: 'the broker is busy' };
const resume: ReplayCommand = { type: 'ResumeReplay', ...id };
const cancel: ReplayCommand = { type: 'CancelReplay', ...id };
const reached = { sent: 12, lastPosition: '41' };
const complete: ReplayCommand = { type: 'CompleteReplay', ...id, ...reached };
const fail: ReplayCommand = { type: 'FailReplay', ...id, cause: 'the topic is gone', ...reached };
const paused: ReplayEvent = { type: 'ReplayPaused', data: { reason: 'the broker is busy' } };
const resumed: ReplayEvent = { type: 'ReplayResumed', data: { reason: null } };
const cancelled: ReplayEvent = { type: 'ReplayCancelled', data: { reason: null } };
const completed: ReplayEvent = { type: 'ReplayCompleted', data: reached };
const failed: ReplayEvent = {
  type: 'ReplayFailed',
  data: { cause: 'the topic is gone', ...reached },
};

test('a replay begins with all that is to be known of it', () => {
  given().when(start).then(started);
  given()
    .when({ ...start, scope: {}, maxEventsPerSecond: 500 })
    .then({
      type: 'ReplayStarted',
      data: { topic: 'copy-of-events', scope: nothing, maxEventsPerSecond: 500 },
    });
});

test('a replay does not go to the topic that is live', () => {
  given()
    .when({ ...start, topic: 'flowledger.events' })
    .refused('replay-to-live-topic', /name another/);
});

test('a replay needs brokers', () => {
  withoutKafka
    .given()
    .when(start)
    .refused('kafka-not-configured', /KAFKA_BROKERS/);
});

test('a replay starts once', () => {
  given(started)
    .when(start)
    .refused('replay-already-started', /running/);
});

test('a replay rests and goes on, however often it is told', () => {
  given(started).when(pause).then(paused);
  given(started, paused).when(pause).then();
  given(started, paused).when(resume).then(resumed);
  given(started, paused, resumed).when(resume).then();
  given(started, paused, resumed).when(pause).then(paused);
});

test.each([
  ['running', [started]],
  ['paused', [started, paused]],
])('a %s replay may be ended', (_status, history) => {
  given(...history)
    .when(cancel)
    .then(cancelled);
  given(...history)
    .when(complete) // what was under way when it was paused may have been the last
    .then(completed);
  given(...history)
    .when(fail)
    .then(failed);
});

const endings = [
  { end: cancel, event: cancelled, status: 'cancelled' },
  { end: complete, event: completed, status: 'completed' },
  { end: fail, event: failed, status: 'failed' },
];

test.each(endings)('a $status replay stays so', ({ end, event, status }) => {
  given(started, event).when(end).then();
  const others = endings.filter((other) => other.end !== end).map((other) => other.end);
  for (const command of [pause, resume, ...others]) {
    given(started, event).when(command).refused('replay-ended', new RegExp(status));
  }
});

test('every command has its sentences above', () => {
  expect([...told.commands].sort()).toEqual(Object.keys(replayCommands).sort());
});
