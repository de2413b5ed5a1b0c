import type { ReplayStatus } from '../../commands/replay/replay.decider';
import type { Replay } from './recorded-replays';
import { progressOf } from './replay-progress';
import type { PlaceRow } from './replay-progress';

const replay = (status: ReplayStatus): Replay => ({
  replayId: 'copy',
  status,
  reason: null,
  started: { data: { topic: 'copy-topic', maxEventsPerSecond: 500 } } as Replay['started'],
});

const place: PlaceRow = {
  fromPosition: '1',
  toPosition: '5000',
  position: '1100',
  total: 4_000,
  sent: 1_000,
  isUnprepared: false,
  fault: null,
  runSent: 600,
  runSeconds: 4,
};

test('tells the rate since it was gone on with, and the time that is left by it', () => {
  expect(progressOf(replay('running'), place)).toEqual({
    replayId: 'copy',
    topic: 'copy-topic',
    state: 'running',
    step: 'sending',
    done: 1_000,
    total: 4_000,
    ratePerSecond: 150,
    secondsLeft: 20,
    fromPosition: '1',
    toPosition: '5000',
    position: '1100',
    maxEventsPerSecond: 500,
    reason: null,
    fault: null,
  });
});

test.each<[string, ReplayStatus, PlaceRow | undefined, object]>([
  ['before it is counted', 'running', undefined, { step: 'counting', total: null, done: 0 }],
  [
    'before its topic is there',
    'running',
    { ...place, sent: 0, runSent: 0, isUnprepared: true, fault: 'no broker' },
    { step: 'preparing', ratePerSecond: 0, secondsLeft: null, fault: 'no broker' },
  ],
  [
    'just after it was gone on with',
    'running',
    { ...place, runSent: 0, runSeconds: 0 },
    { step: 'sending', ratePerSecond: 0, secondsLeft: null },
  ],
  ['while it rests', 'paused', place, { step: 'sending', ratePerSecond: 0, secondsLeft: null }],
  [
    'when all is sent',
    'completed',
    { ...place, sent: 4_000 },
    { step: 'ended', done: 4_000, secondsLeft: 0 },
  ],
  ['when it failed', 'failed', place, { step: 'ended', secondsLeft: null, ratePerSecond: 0 }],
])('%s', (_when, status, row, expected) => {
  expect(progressOf(replay(status), row)).toMatchObject({ state: status, ...expected });
});
