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

type Changes = Partial<Row>;

const turned = (status: string, reason: string | null, at: string): Changes => ({
  status,
  reason,
  waitsFor: null,
  updatedAt: at,
  endedAt: null,
});

const ended = (status: string, reason: string | null, at: string): Changes => ({
  ...turned(status, reason, at),
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
      projections: data.projections,
      cutover: data.cutover,
      dryRun: data.dryRun,
      scope: data.scope,
      maxEventsPerSecond: data.maxEventsPerSecond,
      rebuildId,
      actor,
      status: 'running',
      reason: null,
      waitsFor: null,
      outcome: null,
      summary: null,
      startedAt: recordedAt,
      updatedAt: recordedAt,
      endedAt: null,
    }),
  },
  changes: {
    RebuildPaused: (_row, { data, recordedAt }) => turned('paused', data.reason, recordedAt),
    RebuildResumed: (_row, { data, recordedAt }) => turned('running', data.reason, recordedAt),
    RebuildWaits: (_row, { data, recordedAt }) => ({
      ...turned('waiting', null, recordedAt),
      waitsFor: data,
    }),
    RebuildCutOverRequested: (_row, { data, recordedAt }) =>
      turned('running', data.reason, recordedAt),
    RebuildCutOver: (row, { recordedAt }) => turned('running', row.reason, recordedAt),
    RebuildCancelled: (_row, { data, recordedAt }) => ended('cancelled', data.reason, recordedAt),
    RebuildCompleted: (row, { data, recordedAt }) => ({
      ...ended('completed', row.reason, recordedAt),
      ...data,
    }),
    RebuildFailed: (_row, { data, recordedAt }) => ended('failed', data.cause, recordedAt),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => row,
  presented: {},
});
