import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { RecordedEvent } from '../../events';
import { askingOn } from '../database/ask';
import { makeFolder } from '../files/make-folder';
import { writeWhole } from '../files/write-whole';
import { Pacer } from '../pacing/pacer';
import { pause } from '../pacing/pause';
import { hashAt, placeBefore } from '../proof/ledger/places';
import { manifestName, manifestSchema } from './archive-manifest';
import type { ArchiveManifest, ArchivedFile } from './archive-manifest';
import { archivedColumns, archivedSql } from './archived-line';
import { writeArchivedFile } from './file-writer';

/** What is whole of an export so far; a manifest once it has all of its files. */
const draftName = 'manifest.draft.json';

/** Of a partition: few enough to list, many enough that little is written anew after a crash. */
const filesOfPartition = 40n;
/** Events of a file at most. */
const largestFile = 250_000n;

const digestsSql = `
select encode(digest, 'hex') as digest from ledger.events where position > $1 and position < $2 order by position`;

/** How an export is watched and ended. */
export interface ExportWatch {
  /** Told behind which position it begins, or goes on. */
  readonly begin: (position: bigint) => Promise<void>;
  /** Told of the last position that is in a whole file. */
  readonly advance: (position: bigint) => Promise<void>;
  /** Between two blocks: where others are let go first. */
  readonly between: () => Promise<void>;
  readonly signal: AbortSignal;
}

const fileEvents = (first: bigint, last: bigint): bigint => {
  const share = (last - first + filesOfPartition) / filesOfPartition;
  return share < largestFile ? share : largestFile;
};

/** What an export begins with: where in the hash chain the partition lies. */
const begun = async (
  client: Client,
  { position: started, data }: RecordedEvent<'ArchiveStarted'>,
): Promise<ArchiveManifest> => {
  const { partition, firstPosition, lastPosition } = data;
  const database = askingOn(client);
  const first = BigInt(firstPosition);
  const before = await placeBefore(database, first - 1n);
  const digests = await database.ask<{ digest: string }>(digestsSql, [before.position, first]);
  return {
    format: 'flowledger-archive/1',
    partition,
    started: String(started),
    firstPosition,
    lastPosition,
    columns: [...archivedColumns],
    before: {
      position: String(before.position),
      hash: before.hash,
      digests: digests.map(({ digest }) => digest),
    },
    hashBefore: (await hashAt(database, first - 1n)) ?? '',
    hashAfter: (await hashAt(database, BigInt(lastPosition))) ?? '',
    files: [],
  };
};

/** What an earlier attempt left whole; null where there is nothing of this export. */
const leftOver = async (folder: string, started: bigint): Promise<ArchiveManifest | null> => {
  const text = await readFile(join(folder, draftName), 'utf8').catch(() => '');
  try {
    const draft = manifestSchema.parse(JSON.parse(text));
    return draft.started === String(started) ? draft : null;
  } catch {
    return null;
  }
};

const write = (folder: string, name: string, manifest: ArchiveManifest): Promise<void> =>
  writeWhole(folder, name, (handle) => handle.writeFile(`${JSON.stringify(manifest)}\n`));

/**
 * Writes the files of a partition into a folder of their own, and their manifest last. It goes on behind
 * the last whole file of an earlier attempt.
 *
 * @throws Error once `signal` is aborted, or when the database or the disk fails.
 */
export const exportPartition = async (
  client: Client,
  folder: string,
  started: RecordedEvent<'ArchiveStarted'>,
  { begin, advance, between, signal }: ExportWatch,
): Promise<void> => {
  await makeFolder(folder);
  let manifest = await leftOver(folder, started.position);
  if (manifest === null) {
    await rm(folder, { recursive: true, force: true });
    await makeFolder(folder);
    manifest = await begun(client, started);
    await write(folder, draftName, manifest);
  }
  const first = BigInt(manifest.firstPosition);
  const end = BigInt(manifest.lastPosition);
  const size = fileEvents(first, end);
  const pacer = new Pacer(started.data.maxEventsPerSecond);
  const files: ArchivedFile[] = [...manifest.files];
  const before = BigInt(files.at(-1)?.lastPosition ?? first - 1n);
  await begin(before);
  for (let next = before + 1n; next <= end;) {
    const last = next + size - 1n < end ? next + size - 1n : end;
    await pause(pacer.delay(Number(last - next + 1n)), signal);
    signal.throwIfAborted();
    const name = `events-${String(next).padStart(12, '0')}.copy.gz`;
    const lines = client.query(copyTo(archivedSql(next - 1n, last))) as AsyncIterable<Buffer>;
    files.push(await writeArchivedFile(folder, name, { first: next, last }, lines, between));
    await write(folder, draftName, { ...manifest, files });
    await advance(last);
    next = last + 1n;
  }
  await write(folder, manifestName, { ...manifest, files });
  await rm(join(folder, draftName), { force: true });
};
