import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { archives } from './archives.projection';

const clock = (index: number): string => `2026-01-08T22:0${String(index)}:00.000000Z`;

const rowAfter = (...history: [string, object][]): Record<string, unknown> => {
  const events = history.map(
    ([type, data], index) =>
      ({
        position: BigInt(index + 1),
        stream: 'archive-events_1',
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
    foldEntity(archives, row, event);
  return { ...events.reduce<EntityRow | undefined>(fold, undefined)?.row };
};

const started: [string, object] = [
  'ArchiveStarted',
  { partition: 'events_1', firstPosition: '1', lastPosition: '1000', maxEventsPerSecond: null },
];
const made = {
  events: 1_000,
  files: 4,
  bytes: 9_000,
  manifestHash: 'm',
  hashBefore: 'b',
  hashAfter: 'a',
};
const completed: [string, object] = ['ArchiveCompleted', made];
const cancelled: [string, object] = ['ArchiveCancelled', { reason: 'not now' }];

test('a partition is there from the start of its export on', () => {
  expect(rowAfter(started)).toEqual({
    partition: 'events_1',
    status: 'running',
    reason: null,
    actor: 'ann',
    firstPosition: 1n,
    lastPosition: 1_000n,
    events: null,
    files: null,
    bytes: null,
    manifestHash: null,
    hashBefore: null,
    hashAfter: null,
    startedAt: clock(0),
    updatedAt: clock(0),
  });
});

test.each<[string, [string, object], object]>([
  ['completed', completed, { ...made, events: 1_000n, files: 4n, bytes: 9_000n }],
  ['cancelled', cancelled, { reason: 'not now', manifestHash: null }],
  ['failed', ['ArchiveFailed', { cause: 'the hashes differ' }], { reason: 'the hashes differ' }],
])('an export is %s', (status, ending, expected) => {
  expect(rowAfter(started, ending)).toMatchObject({ status, ...expected, updatedAt: clock(1) });
});

test('what was completed stays, whatever becomes of a later attempt', () => {
  expect(rowAfter(started, completed, started)).toMatchObject({
    status: 'running',
    manifestHash: 'm',
    startedAt: clock(2),
  });
  expect(rowAfter(started, completed, started, cancelled)).toMatchObject({
    status: 'cancelled',
    manifestHash: 'm',
    bytes: 9_000n,
  });
});
