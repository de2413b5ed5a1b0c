import type { RecordedEvent } from '../../events';
import { bigInteger, instant, integer, json, nullable, text } from '../columns';
import type { RowOf } from '../columns';
import { entity } from '../projection';

const columns = {
  replayId: text(),
  topic: text(),
  status: text(),
  /** Of the last change of status: what whoever made it said, or why it failed. */
  reason: nullable(text()),
  scope: json<RecordedEvent<'ReplayStarted'>['data']['scope']>(),
  maxEventsPerSecond: nullable(integer()),
  /** Once it has ended. */
  sent: nullable(bigInteger()),
  lastPosition: nullable(bigInteger()),
  actor: text(),
  startedAt: instant(),
  updatedAt: instant(),
  endedAt: nullable(instant()),
};

type Row = RowOf<typeof columns>;

const turned = (row: Row, status: string, reason: string | null, at: string): Row => ({
  ...row,
  ...{ status, reason, updatedAt: at },
});

const ended = (
  row: Row,
  { sent, lastPosition }: { readonly sent: number; readonly lastPosition: string | null },
): Row => ({
  ...row,
  sent: BigInt(sent),
  lastPosition: lastPosition === null ? null : BigInt(lastPosition),
  endedAt: row.updatedAt,
});

/** Every replay to another topic, and how it ended; how far one is tells `GET /v1/replays/<id>`. */
export const replays = entity({
  name: 'replays',
  version: 1,
  summary: 'Replays of recorded events to other topics: scope, status and how they ended',
  category: 'replay',
  key: 'replayId',
  columns,
  indexes: [['status', 'startedAt']],
  opens: {
    ReplayStarted: ({ data, actor, recordedAt }, replayId) => ({
      ...data,
      ...{ replayId, actor, status: 'running', reason: null, sent: null, lastPosition: null },
      ...{ startedAt: recordedAt, updatedAt: recordedAt, endedAt: null },
    }),
  },
  changes: {
    ReplayPaused: (row, { data, recordedAt }) => turned(row, 'paused', data.reason, recordedAt),
    ReplayResumed: (row, { data, recordedAt }) => turned(row, 'running', data.reason, recordedAt),
    ReplayCancelled: (row, { data, recordedAt }) => ({
      ...turned(row, 'cancelled', data.reason, recordedAt),
      endedAt: recordedAt,
    }),
    ReplayCompleted: (row, { data, recordedAt }) =>
      ended(turned(row, 'completed', null, recordedAt), data),
    ReplayFailed: (row, { data, recordedAt }) =>
      ended(turned(row, 'failed', data.cause, recordedAt), data),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => row,
  presented: {},
});
