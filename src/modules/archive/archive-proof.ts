import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { FaultList } from '../proof/fault-list';
import { readBlocks } from './archive-blocks';
import { ArchiveChain } from './archive-chain';
import { ArchiveDamaged, fileFault, readManifest } from './archive-manifest';
import type { ArchiveManifest, ArchivedFile } from './archive-manifest';
import type { ArchiveFault } from './archive.schemas';
import { archivedEvent } from './archived-line';

/** Lines taken before whoever else is served has a turn: a few milliseconds. */
const linesAtOnce = 50;

/** What the ledger says that an archive has to be. */
export interface ExpectedArchive {
  readonly folder: string;
  /** Null before it is recorded. */
  readonly manifestHash: string | null;
  readonly hashBefore: string | null;
  readonly hashAfter: string | null;
}

interface Watch {
  /** Told of events that were read. */
  readonly advance: (events: number) => void;
  readonly signal: AbortSignal;
}

/** What an archive was found to be. */
export interface ArchiveFinding {
  /** Null where it cannot be read. */
  readonly manifest: ArchiveManifest | null;
  readonly events: number;
  readonly faults: FaultList<ArchiveFault>;
}

const hashOfFile = async (path: string, signal: AbortSignal): Promise<string> => {
  const handle = await open(path).catch((error: unknown) => {
    throw fileFault(path, error);
  });
  const whole = createHash('sha256');
  for await (const chunk of handle.createReadStream({ signal })) whole.update(chunk as Buffer);
  return whole.digest('hex');
};

/** Each file is, as a whole, what the manifest says of it. */
const checkFile = async (
  folder: string,
  { name, sha256 }: ArchivedFile,
  signal: AbortSignal,
): Promise<void> => {
  const path = join(folder, name);
  if ((await hashOfFile(path, signal)) === sha256) return;
  throw new ArchiveDamaged(path, 'has another hash than the manifest: it was altered');
};

const takeLines = async (chain: ArchiveChain, lines: readonly string[]): Promise<void> => {
  for (let at = 0; at < lines.length; at += linesAtOnce) {
    for (const line of lines.slice(at, at + linesAtOnce)) chain.take(archivedEvent(line));
    await setImmediate();
  }
};

const follow = async (
  manifest: ArchiveManifest,
  { folder }: ExpectedArchive,
  faults: FaultList<ArchiveFault>,
  { advance, signal }: Watch,
): Promise<ArchiveChain> => {
  const inFile = { name: manifest.files[0]?.name ?? '' };
  const chain = new ArchiveChain(manifest, (detail) => {
    faults.add({ file: join(folder, inFile.name), detail });
  });
  if (chain.hashHere !== manifest.hashBefore) {
    faults.add({ file: folder, detail: 'what is before it does not make the hash that it tells' });
  }
  const span = {
    after: BigInt(manifest.firstPosition) - 1n,
    through: BigInt(manifest.lastPosition),
  };
  for (const file of manifest.files) {
    inFile.name = file.name;
    await checkFile(folder, file, signal);
    for await (const { lines } of readBlocks(folder, { ...manifest, files: [file] }, span)) {
      signal.throwIfAborted();
      const texts = lines.toString('utf8').trimEnd().split('\n');
      await takeLines(chain, texts);
      advance(texts.length);
    }
  }
  return chain;
};

/** What does not agree between the end of the files, the manifest and the ledger. */
const ends = (
  chain: ArchiveChain,
  { lastPosition, hashBefore, hashAfter }: ArchiveManifest,
  expected: ExpectedArchive,
): string[] => [
  ...(chain.position === BigInt(lastPosition)
    ? []
    : [`its last event is ${chain.position}, not ${lastPosition}`]),
  ...(chain.hashHere === hashAfter ? [] : ['its events do not make the hash that it tells']),
  ...(expected.hashBefore === null || expected.hashBefore === hashBefore
    ? []
    : ['the ledger has another hash before its first event']),
  ...(expected.hashAfter === null || expected.hashAfter === chain.hashHere
    ? []
    : ['the ledger has another hash at its last event']),
];

/**
 * Proves an archive from its files alone: the manifest is the recorded one, each file and each block what
 * it says, and the events make, commit by commit, the hash that the ledger has at the end.
 *
 * @throws Error once `signal` is aborted, and where a file cannot be read for another reason than that it is
 * damaged.
 */
export const proveArchive = async (
  expected: ExpectedArchive,
  watch: Watch,
): Promise<ArchiveFinding> => {
  const { folder, manifestHash } = expected;
  const faults = new FaultList<ArchiveFault>();
  let manifest: ArchiveManifest | null = null;
  try {
    ({ manifest } = await readManifest(folder, manifestHash));
    const chain = await follow(manifest, expected, faults, watch);
    for (const detail of ends(chain, manifest, expected)) faults.add({ file: folder, detail });
    return { manifest, events: chain.events, faults };
  } catch (error) {
    if (!(error instanceof ArchiveDamaged)) throw error;
    faults.add({ file: error.file, detail: error.message.slice(error.file.length + 1) });
    return { manifest, events: 0, faults };
  }
};
