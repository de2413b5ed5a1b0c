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

const turned = (status: string, reason: string | null, updatedAt: string): Partial<Row> => ({
  status,
  reason,
  updatedAt,
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
      partition,
      actor,
      status: 'running',
      reason: null,
      firstPosition: BigInt(data.firstPosition),
      lastPosition: BigInt(data.lastPosition),
      events: null,
      files: null,
      bytes: null,
      manifestHash: null,
      hashBefore: null,
      hashAfter: null,
      startedAt: recordedAt,
      updatedAt: recordedAt,
    }),
  },
  changes: {
    ArchiveStarted: (_row, { actor, recordedAt }) => ({
      ...turned('running', null, recordedAt),
      actor,
      startedAt: recordedAt,
    }),
    ArchiveCancelled: (_row, { data, recordedAt }) => turned('cancelled', data.reason, recordedAt),
    ArchiveCompleted: (_row, { data, recordedAt }) => ({
      ...turned('completed', null, recordedAt),
      events: BigInt(data.events),
      files: BigInt(data.files),
      bytes: BigInt(data.bytes),
      manifestHash: data.manifestHash,
      hashBefore: data.hashBefore,
      hashAfter: data.hashAfter,
    }),
    ArchiveFailed: (_row, { data, recordedAt }) => turned('failed', data.cause, recordedAt),
  },
  time: 'startedAt',
  sort: 'firstPosition',
  present: (row) => row,
  presented: {},
});
