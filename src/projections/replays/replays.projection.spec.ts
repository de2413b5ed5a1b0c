import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { replays } from './replays.projection';

const clock = (index: number): string => `2026-01-08T22:0${String(index)}:00.000000Z`;

const rowAfter = (...history: [string, object][]): Record<string, unknown> => {
  const events = history.map(
    ([type, data], index) =>
      ({
        position: BigInt(index + 1),
        stream: 'replay-copy',
        version: index + 1,
        eventId: '',
        deploymentId: 'd7',
        correlationId: 'c',
        causationId: null,
        actor: 'ann',
        occurredAt: clock(index),
        recordedAt: clock(index),
        type,
        data,
      }) as RecordedEvent,
  );
  const fold = (row: EntityRow | undefined, event: RecordedEvent): EntityRow =>
    foldEntity(replays, row, event);
  return { ...events.reduce<EntityRow | undefined>(fold, undefined)?.row };
};

const scope = {
  fromPosition: '7',
  toPosition: null,
  since: null,
  until: null,
  streams: null,
  types: ['LlmCallRecorded'],
  deployments: null,
};
const started: [string, object] = [
  'ReplayStarted',
  { topic: 'copy', scope, maxEventsPerSecond: 500 },
];
const reached = { sent: 12, lastPosition: '41' };

test('a replay is there from its start on, with what was asked for', () => {
  expect(rowAfter(started)).toEqual({
    replayId: 'copy',
    topic: 'copy',
    status: 'running',
    reason: null,
    scope,
    actor: 'ann',
    maxEventsPerSecond: 500,
    sent: null,
    lastPosition: null,
    startedAt: clock(0),
    updatedAt: clock(0),
    endedAt: null,
  });
});

test.each<[string, object, object]>([
  ['ReplayPaused', { reason: 'busy' }, { status: 'paused', reason: 'busy', endedAt: null }],
  ['ReplayCancelled', { reason: null }, { status: 'cancelled', endedAt: clock(1), sent: null }],
  ['ReplayCompleted', reached, { status: 'completed', sent: 12n, lastPosition: 41n }],
  ['ReplayCompleted', { sent: 0, lastPosition: null }, { sent: 0n, lastPosition: null }],
  [
    'ReplayFailed',
    { cause: 'the topic is gone', ...reached },
    { status: 'failed', reason: 'the topic is gone', sent: 12n, endedAt: clock(1) },
  ],
])('%s %j changes it', (type, data, expected) => {
  expect(rowAfter(started, [type, data])).toMatchObject({ ...expected, updatedAt: clock(1) });
});

test('a replay that rested goes on', () => {
  const row = rowAfter(
    started,
    ['ReplayPaused', { reason: 'busy' }],
    ['ReplayResumed', { reason: null }],
  );
  expect(row).toMatchObject({ status: 'running', reason: null, updatedAt: clock(2) });
});
