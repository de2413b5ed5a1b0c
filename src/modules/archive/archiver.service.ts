import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { cutText, longestReason } from '../../commands/fields';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { LedgerReader } from '../ledger/ledger-reader';
import { Metrics } from '../metrics/metrics';
import { Trouble } from '../pacing/trouble';
import { ArchiveBell } from './archive-bell';
import { ArchiveCourse } from './archive-course';
import type { Ending } from './archive-course';
import { giveBack, settle, unsettled } from './archive-folders';
import { ArchivePlaces } from './archive-places';
import { RecordedArchives } from './recorded-archives';
import type { RecordedArchive } from './recorded-archives';

const caller = { name: 'archiver', role: 'operator' } as const;
const lookMilliseconds = 1_000;

/** Exports partitions of the ledger in one elected process, one after the other. */
@Injectable()
export class Archiver implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Archiver.name);
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`archives are looked for again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly reader: LedgerReader,
    private readonly archives: RecordedArchives,
    private readonly bell: ArchiveBell,
    private readonly intake: CommandIntake,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.archiver, (signal, session) =>
      this.serve(session, signal),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async serve(session: ClientBase, signal: AbortSignal): Promise<void> {
    const places = new ArchivePlaces(session);
    while (!signal.aborted) {
      const { count } = this.bell;
      try {
        await this.metrics.round('archiver', () => this.seeToAll(places, signal));
        this.trouble.over();
      } catch (error) {
        this.trouble.met(error);
      }
      await this.bell.beyond(count, lookMilliseconds, signal);
    }
  }

  private async seeToAll(places: ArchivePlaces, signal: AbortSignal): Promise<void> {
    const all = await this.all();
    const untidied = await this.clear(all);
    for (const one of all) await this.carryOut(one, places, signal);
    if (untidied !== null) throw untidied;
  }

  private async all(): Promise<RecordedArchive[]> {
    const partitions = await this.archives.partitions();
    return this.archives.all(partitions.map(({ name }) => name));
  }

  /**
   * What a process left that ended before it could remove it. Gives why a folder could not be tidied, the
   * first of them, and null where all are: it holds up neither the others nor the exports.
   */
  private async clear(all: readonly RecordedArchive[]): Promise<Error | null> {
    let untidied: Error | null = null;
    for (const folder of await unsettled(this.archives.folder)) {
      const found = all.find((one) => one.folder === folder);
      if (found === undefined || found.status === 'running') continue;
      const recorded = found.made?.manifestHash ?? null;
      const tidying = found.status === 'completed' ? settle(folder) : giveBack(folder, recorded);
      await tidying.catch((cause: unknown) => {
        const message = `${folder} cannot be tidied: ${(cause as Error).message}`;
        untidied ??= new Error(message, { cause });
      });
    }
    return untidied;
  }

  private async carryOut(
    { partition, status, started }: RecordedArchive,
    places: ArchivePlaces,
    signal: AbortSignal,
  ): Promise<void> {
    if (status !== 'running' || started === null || signal.aborted) return;
    const { url, reader, archives, bell, metrics } = this;
    const found = await archives.find(partition); // cancelled, it may be, while others were exported
    if (found.status !== 'running') return;
    const course = new ArchiveCourse(found, started, {
      url,
      reader,
      archives,
      places,
      bell,
      metrics,
    });
    const ending = await course.run(signal);
    if (ending !== null) await this.end(found, ending);
  }

  private async end({ partition, folder, made }: RecordedArchive, ending: Ending): Promise<void> {
    const [name, body] =
      ending.kind === 'failed'
        ? ['fail-archive', { partition, cause: cutText(ending.cause, longestReason) }]
        : ['complete-archive', { partition, ...summaryOf(ending) }];
    const command = { name, body, caller, correlationId: partition };
    const recorded = await issueOwn(this.intake, command, ['archive-ended']);
    if (recorded === null) {
      await giveBack(folder, made?.manifestHash ?? null); // it was cancelled meanwhile
      return;
    }
    if (ending.kind === 'completed') await settle(folder);
    this.logger.log(`the export of ${partition} ${ending.kind}`);
  }
}

const summaryOf = ({
  manifest: { firstPosition, lastPosition, files, hashBefore, hashAfter },
  manifestHash,
}: Extract<Ending, { kind: 'completed' }>) => ({
  events: Number(BigInt(lastPosition) - BigInt(firstPosition) + 1n),
  files: files.length,
  bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  manifestHash,
  hashBefore,
  hashAfter,
});
