import type { RecordedEvent } from '../../events';
import { foldEntity } from '../fold';
import type { EntityRow } from '../fold';
import { rebuilds } from './rebuilds.projection';

const clock = (index: number): string => `2026-01-08T22:0${String(index)}:00.000000Z`;

const rowAfter = (...history: [string, object][]): Record<string, unknown> => {
  const events = history.map(
    ([type, data], index) =>
      ({
        position: BigInt(index + 1),
        stream: 'rebuild-r1',
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
    foldEntity(rebuilds, row, event);
  return { ...events.reduce<EntityRow | undefined>(fold, undefined)?.row };
};

const started: [string, object] = [
  'RebuildStarted',
  {
    projections: ['roi-totals'],
    cutover: 'auto',
    dryRun: false,
    scope: null,
    maxEventsPerSecond: 500,
  },
];
const waits = { why: 'differences', projections: ['roi-totals'] };

test('a rebuild is there from its start on, with what was asked for', () => {
  expect(rowAfter(started)).toEqual({
    rebuildId: 'r1',
    projections: ['roi-totals'],
    status: 'running',
    reason: null,
    cutover: 'auto',
    dryRun: false,
    scope: null,
    maxEventsPerSecond: 500,
    actor: 'ann',
    waitsFor: null,
    outcome: null,
    summary: null,
    startedAt: clock(0),
    updatedAt: clock(0),
    endedAt: null,
  });
});

test.each<[string, object, object]>([
  ['RebuildPaused', { reason: 'busy' }, { status: 'paused', reason: 'busy', endedAt: null }],
  ['RebuildWaits', waits, { status: 'waiting', waitsFor: waits, endedAt: null }],
  ['RebuildCancelled', { reason: null }, { status: 'cancelled', endedAt: clock(1) }],
  [
    'RebuildCompleted',
    { outcome: 'dry-run', summary: [] },
    { status: 'completed', outcome: 'dry-run', summary: [], endedAt: clock(1) },
  ],
  ['RebuildFailed', { cause: 'no disk' }, { status: 'failed', reason: 'no disk' }],
])('%s %j changes it', (type, data, expected) => {
  expect(rowAfter(started, [type, data])).toMatchObject({ ...expected, updatedAt: clock(1) });
});

test('a rebuild that was told to go live says why, to its end', () => {
  const told: [string, object][] = [
    ['RebuildWaits', waits],
    ['RebuildCutOverRequested', { accept: ['roi-totals'], reason: 'the price was mended' }],
  ];
  const running = { status: 'running', reason: 'the price was mended', waitsFor: null };
  expect(rowAfter(started, ...told)).toMatchObject(running);
  const over: [string, object] = ['RebuildCutOver', { generations: [] }];
  const end: [string, object] = ['RebuildCompleted', { outcome: 'cut-over', summary: [] }];
  expect(rowAfter(started, ...told, over, end)).toMatchObject({
    status: 'completed',
    reason: 'the price was mended',
    endedAt: clock(4),
  });
});

test('one that went live as it was cancelled goes on to its end', () => {
  const late: [string, object][] = [
    ['RebuildCancelled', { reason: null }],
    ['RebuildCutOver', { generations: [] }],
  ];
  expect(rowAfter(started, ...late)).toMatchObject({ status: 'running', endedAt: null });
});
