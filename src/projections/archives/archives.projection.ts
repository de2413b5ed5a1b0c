import { bigInteger, instant, nullable, text } from '../columns';
import type { RowOf } from '../columns';
import { entity } from '../projection';

const columns = {
  partition: text(),
  status: text(),
  /** Why the last export failed, or what whoever cancelled it said. */
  reason: nullable(text()),
  firstPosition: bigInteger(),
  lastPosition: bigInteger(),
  /** Of the files that were last completed. */
  events: nullable(bigInteger()),
  files: nullable(bigInteger()),
  bytes: nullable(bigInteger()),
  manifestHash: nullable(text()),
  hashBefore: nullable(text()),
  hashAfter: nullable(text()),
  actor: text(),
  startedAt: instant(),
  updatedAt: instant(),
};

type Row = RowOf<typeof columns>;

const turned = (row: Row, status: string, reason: string | null, at: string): Row => ({
  ...row,
  ...{ status, reason, updatedAt: at },
});

/** Every partition of the ledger that was exported, or was to be; how far it is tells `GET /v1/archives/<partition>`. */
export const archives = entity({
  name: 'archives',
  version: 1,
  summary: 'Partitions of the ledger in files: status, size and hashes',
  category: 'archive',
  key: 'partition',
  columns,
  indexes: [['firstPosition']],
  opens: {
    ArchiveStarted: ({ data, actor, recordedAt }, partition) => ({
      ...{ partition, actor, status: 'running', reason: null },
      firstPosition: BigInt(data.firstPosition),
      lastPosition: BigInt(data.lastPosition),
      ...{ events: null, files: null, bytes: null },
      ...{ manifestHash: null, hashBefore: null, hashAfter: null },
      ...{ startedAt: recordedAt, updatedAt: recordedAt },
    }),
  },
  changes: {
    ArchiveStarted: (row, { actor, recordedAt }) => ({
      ...turned(row, 'running', null, recordedAt),
      ...{ actor, startedAt: recordedAt },
    }),
    ArchiveCancelled: (row, { data, recordedAt }) =>
      turned(row, 'cancelled', data.reason, recordedAt),
    ArchiveCompleted: (row, { data, recordedAt }) => ({
      ...turned(row, 'completed', null, recordedAt),
      events: BigInt(data.events),
      files: BigInt(data.files),
      bytes: BigInt(data.bytes),
      manifestHash: data.manifestHash,
      hashBefore: data.hashBefore,
      hashAfter: data.hashAfter,
    }),
    ArchiveFailed: (row, { data, recordedAt }) => turned(row, 'failed', data.cause, recordedAt),
  },
  time: 'startedAt',
  sort: 'firstPosition',
  present: (row) => row,
  presented: {},
});
