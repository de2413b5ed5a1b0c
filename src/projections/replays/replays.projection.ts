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

type Changes = Partial<Row>;

const turned = (status: string, reason: string | null, updatedAt: string): Changes => ({
  status,
  reason,
  updatedAt,
});

interface Sent {
  readonly sent: number;
  readonly lastPosition: string | null;
}

const ended = (changes: Changes, { sent, lastPosition }: Sent, endedAt: string): Changes => ({
  ...changes,
  sent: BigInt(sent),
  lastPosition: lastPosition === null ? null : BigInt(lastPosition),
  endedAt,
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
      replayId,
      actor,
      status: 'running',
      reason: null,
      sent: null,
      lastPosition: null,
      startedAt: recordedAt,
      updatedAt: recordedAt,
      endedAt: null,
    }),
  },
  changes: {
    ReplayPaused: (_row, { data, recordedAt }) => turned('paused', data.reason, recordedAt),
    ReplayResumed: (_row, { data, recordedAt }) => turned('running', data.reason, recordedAt),
    ReplayCancelled: (_row, { data, recordedAt }) => ({
      ...turned('cancelled', data.reason, recordedAt),
      endedAt: recordedAt,
    }),
    ReplayCompleted: (_row, { data, recordedAt }) =>
      ended(turned('completed', null, recordedAt), data, recordedAt),
    ReplayFailed: (_row, { data, recordedAt }) =>
      ended(turned('failed', data.cause, recordedAt), data, recordedAt),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => row,
  presented: {},
});
