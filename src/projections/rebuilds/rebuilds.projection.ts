import type { RecordedEvent } from '../../events';
import { boolean, instant, integer, json, nullable, text } from '../columns';
import type { RowOf } from '../columns';
import { entity } from '../projection';

type Started = RecordedEvent<'RebuildStarted'>['data'];
type Completed = RecordedEvent<'RebuildCompleted'>['data'];

const columns = {
  rebuildId: text(),
  projections: json<readonly string[]>(),
  status: text(),
  /** Of the last change of status: what whoever made it said, or why it failed. */
  reason: nullable(text()),
  cutover: text(),
  dryRun: boolean(),
  scope: nullable(json<NonNullable<Started['scope']>>()),
  maxEventsPerSecond: nullable(integer()),
  /** Why it waits, and for which of its projections; null while it does not. */
  waitsFor: nullable(json<RecordedEvent<'RebuildWaits'>['data']>()),
  /** Once it is completed. */
  outcome: nullable(text()),
  summary: nullable(json<Completed['summary']>()),
  actor: text(),
  startedAt: instant(),
  updatedAt: instant(),
  endedAt: nullable(instant()),
};

type Row = RowOf<typeof columns>;

const turned = (row: Row, status: string, reason: string | null, at: string): Row => ({
  ...row,
  ...{ status, reason, waitsFor: null, updatedAt: at, endedAt: null },
});

const ended = (row: Row, status: string, reason: string | null, at: string): Row => ({
  ...turned(row, status, reason, at),
  endedAt: at,
});

/** Every rebuild, and how it ended; how far one is tells `GET /v1/rebuilds/<id>`. */
export const rebuilds = entity({
  name: 'rebuilds',
  version: 1,
  summary: 'Rebuilds of projections: what was asked for, status, and what differed in the end',
  category: 'rebuild',
  key: 'rebuildId',
  columns,
  indexes: [['status', 'startedAt']],
  opens: {
    RebuildStarted: ({ data, actor, recordedAt }, rebuildId) => ({
      ...{ projections: data.projections, cutover: data.cutover, dryRun: data.dryRun },
      ...{ scope: data.scope, maxEventsPerSecond: data.maxEventsPerSecond },
      ...{ rebuildId, actor, status: 'running', reason: null, waitsFor: null },
      ...{ outcome: null, summary: null },
      ...{ startedAt: recordedAt, updatedAt: recordedAt, endedAt: null },
    }),
  },
  changes: {
    RebuildPaused: (row, { data, recordedAt }) => turned(row, 'paused', data.reason, recordedAt),
    RebuildResumed: (row, { data, recordedAt }) => turned(row, 'running', data.reason, recordedAt),
    RebuildWaits: (row, { data, recordedAt }) => ({
      ...turned(row, 'waiting', null, recordedAt),
      waitsFor: data,
    }),
    RebuildCutOverRequested: (row, { data, recordedAt }) =>
      turned(row, 'running', data.reason, recordedAt),
    RebuildCutOver: (row, { recordedAt }) => turned(row, 'running', row.reason, recordedAt),
    RebuildCancelled: (row, { data, recordedAt }) =>
      ended(row, 'cancelled', data.reason, recordedAt),
    RebuildCompleted: (row, { data, recordedAt }) => ({
      ...ended(row, 'completed', row.reason, recordedAt),
      ...data,
    }),
    RebuildFailed: (row, { data, recordedAt }) => ended(row, 'failed', data.cause, recordedAt),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => row,
  presented: {},
});
