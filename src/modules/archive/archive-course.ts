import { Logger } from '@nestjs/common';
import type { RecordedEvent } from '../../events';
import { askingOn } from '../database/ask';
import type { Bell } from '../pacing/bell';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import type { LedgerReader } from '../ledger/ledger-reader';
import type { Metrics } from '../metrics/metrics';
import { Courtesy } from '../pacing/courtesy';
import { pause } from '../pacing/pause';
import { pauseAfter } from '../pacing/pause-after';
import { Trouble } from '../pacing/trouble';
import { whileRunning } from '../pacing/while-running';
import { hashAt } from '../proof/ledger/places';
import { withClient } from '../database/cancellable-clients';
import { exportPartition } from './archive-export';
import { giveBack, partialOf, takePlace } from './archive-folders';
import { readManifest } from './archive-manifest';
import type { ArchiveManifest } from './archive-manifest';
import type { ArchivePlaces } from './archive-places';
import { proveArchive } from './archive-proof';
import { MissingEvents } from './file-writer';
import type { RecordedArchive, RecordedArchives } from './recorded-archives';

/** What came of an export that is not to be gone on with. */
export type Ending =
  | {
      readonly kind: 'completed';
      readonly manifest: ArchiveManifest;
      readonly manifestHash: string;
    }
  | { readonly kind: 'failed'; readonly cause: string };

/** The ledger is not what it has to be: the proof of the ledger says where. */
const failed = (cause: string): Ending => ({
  kind: 'failed',
  cause: `${cause}; what does npm run verify say?`,
});

interface Means {
  readonly url: string;
  readonly reader: LedgerReader;
  readonly archives: RecordedArchives;
  readonly places: ArchivePlaces;
  /** Struck when an archive may have changed. */
  readonly bell: Bell;
  readonly metrics: Metrics;
}

/**
 * One export while this process carries it out.
 *
 * writing, beside -> proving what is written -> in its place -> completed
 *     (anything failed) -> a little later on from the last whole file
 *     (the files do not make the ledger's hash) -> failed
 *     (cancelled) -> what was written is removed
 */
export class ArchiveCourse {
  private readonly logger = new Logger('Archive');
  private readonly folder: string;
  /** The SHA-256 of the manifest that an earlier export made; null where there was none. */
  private readonly recorded: string | null;
  private failures = 0;
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`the export of ${this.partition} cannot go on for now: ${message}`);
  });

  constructor(
    archive: RecordedArchive,
    private readonly started: RecordedEvent<'ArchiveStarted'>,
    private readonly means: Means,
  ) {
    this.folder = archive.folder;
    this.recorded = archive.made?.manifestHash ?? null;
  }

  /** Goes on to an end; null when `signal` was aborted, or the export cancelled before. */
  async run(signal: AbortSignal): Promise<Ending | null> {
    const { bell, archives } = this.means;
    const isRunning = async (): Promise<boolean> =>
      (await archives.find(this.partition)).status === 'running';
    const ending = await whileRunning(isRunning, bell, (until) => this.persist(until), signal);
    if (ending?.kind !== 'completed' && !signal.aborted) {
      await giveBack(this.folder, this.recorded);
    }
    return ending;
  }

  private get partition(): string {
    return this.started.data.partition;
  }

  private async persist(signal: AbortSignal): Promise<Ending | null> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        return await this.means.metrics.round('archiver', () => this.attempt(signal));
      } catch (error) {
        if (isOver()) break;
        if (error instanceof MissingEvents) return failed(error.message);
        this.failures += 1;
        await this.report(error as Error);
        await pause(pauseAfter(this.failures), signal);
      }
    }
    return null;
  }

  private async attempt(signal: AbortSignal): Promise<Ending> {
    if (await this.isWritten(this.folder)) return this.proven(this.folder, signal);
    const partial = partialOf(this.folder);
    if (!(await this.isWritten(partial))) await this.write(partial, signal);
    const ending = await this.proven(partial, signal);
    if (ending.kind === 'completed') await takePlace(this.folder);
    return ending;
  }

  /** Whether all files of this export are in a folder. */
  private async isWritten(folder: string): Promise<boolean> {
    const found = await readManifest(folder, null).catch(() => null);
    return found?.manifest.started === String(this.started.position);
  }

  /** What fails ends what the server is at, too: it may stand in the middle of a COPY. */
  private async write(folder: string, signal: AbortSignal): Promise<void> {
    const { url, places, reader } = this.means;
    const failed = new AbortController();
    const until = AbortSignal.any([signal, failed.signal]);
    const courtesy = new Courtesy(async () => String(await reader.end()));
    await withClient(url, until, async (client) => {
      const watch = {
        begin: (position: bigint) => places.begin(this.partition, this.started.position, position),
        advance: (position: bigint) => places.advance(this.partition, position),
        between: async () => {
          until.throwIfAborted();
          await courtesy.pass(until);
        },
        signal: until,
      };
      try {
        await exportPartition(client, folder, this.started, watch);
      } catch (error) {
        failed.abort();
        throw error;
      }
    });
  }

  private get first(): bigint {
    return BigInt(this.started.data.firstPosition);
  }

  private async proven(folder: string, signal: AbortSignal): Promise<Ending> {
    const database = askingOn(this.means.reader.pool);
    const expected = {
      folder,
      manifestHash: null,
      hashBefore: await hashAt(database, this.first - 1n),
      hashAfter: await hashAt(database, BigInt(this.started.data.lastPosition)),
    };
    const { faults } = await proveArchive(expected, { advance: () => undefined, signal });
    const [fault] = faults.listed;
    if (fault !== undefined) {
      return failed(`${fault.file}: ${fault.detail}`);
    }
    const { manifest, sha256: manifestHash } = await readManifest(folder, null);
    return { kind: 'completed', manifest, manifestHash };
  }

  private async report(error: Error): Promise<void> {
    this.trouble.met(error);
    if (error instanceof LedgerUnavailable) return; // health knows that itself
    await this.means.places.report(this.partition, error.message).catch(() => undefined);
  }
}
