import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase } from 'pg';
import type { Projection } from '../../projections/projection';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { inTurns } from '../database/turns';
import { Trouble } from '../pacing/trouble';
import { PROJECTIONS } from '../projector/projections.token';
import type { Ask } from '../database/ask';
import { RebuildBell } from './rebuild-bell';
import { RebuildCourse } from './rebuild-course';
import type { Outcome } from './rebuild-course';
import { RebuildMeans } from './rebuild-means';
import { RebuildRecords } from './rebuild-records';
import { RebuildSteps } from './rebuild-steps';
import { Renewals } from './renewals';
import { Retention } from './retention';
import { Reversion } from './reversion';
import { Successions } from './successions';

const lookMilliseconds = 1_000;

/**
 * Carries out rebuilds in one elected process, and sees to the generations there are: that this code's
 * versions get theirs, that what was taken back is, and that what has had its time goes.
 */
@Injectable()
export class Rebuilder implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Rebuild');
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`rebuilds are looked after again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    private readonly means: RebuildMeans,
    private readonly records: RebuildRecords,
    private readonly successions: Successions,
    private readonly renewals: Renewals,
    private readonly reversion: Reversion,
    private readonly retention: Retention,
    private readonly bell: RebuildBell,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.rebuilder, (signal, session) =>
      this.serve(session, signal),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async serve(session: ClientBase, signal: AbortSignal): Promise<void> {
    const turn = inTurns();
    const ask: Ask = (text, values) =>
      turn(async () => (await session.query(text, values)).rows as never);
    const underWay = new Map<string, Promise<void>>();
    while (!signal.aborted) {
      const { count } = this.bell;
      try {
        await this.means.metrics.round('rebuilder', async () => {
          const { running } = await this.records.open();
          for (const rebuildId of running) {
            if (underWay.has(rebuildId)) continue;
            const course = this.carryOut(rebuildId, ask, signal).finally(() => {
              underWay.delete(rebuildId);
            });
            underWay.set(rebuildId, course);
          }
          await this.seeToGenerations(signal);
        });
        this.trouble.over();
      } catch (error) {
        this.trouble.met(error);
      }
      await this.bell.beyond(count, lookMilliseconds, signal);
    }
    await Promise.all(underWay.values());
  }

  /** Does each of its duties, whatever keeps another from being done. @throws Error the first of those. */
  private async seeToGenerations(signal: AbortSignal): Promise<void> {
    const duties = [
      () => this.reversion.carryOut(),
      () => this.renewals.see(), // which has what waits for its sake go on, whatever version that is of
      () => this.successions.see(signal),
      async () => this.retention.enforce(await this.records.leftBehind(), signal),
    ];
    const failures: Error[] = [];
    for (const duty of duties) {
      await duty().catch((error: unknown) => failures.push(error as Error));
    }
    const [first] = failures;
    if (first !== undefined) throw first;
  }

  private async carryOut(rebuildId: string, ask: Ask, signal: AbortSignal): Promise<void> {
    try {
      const rebuild = await this.means.rebuilds.find(rebuildId);
      if (rebuild?.status !== 'running') return;
      const steps = new RebuildSteps(ask, rebuildId);
      const names = rebuild.started.data.projections;
      const projections = this.projections.filter(({ name }) => names.includes(name));
      const course = new RebuildCourse(rebuild, projections, steps, this.means, this.bell);
      const outcome = await course.run(signal);
      if (outcome !== null) await this.end(rebuildId, outcome, steps);
    } catch (error) {
      this.logger.warn(`rebuild ${rebuildId} will be gone on with: ${(error as Error).message}`);
    }
  }

  private async end(rebuildId: string, outcome: Outcome, steps: RebuildSteps): Promise<void> {
    await this.records.end(rebuildId, outcome);
    for (const { projection, generation } of outcome.summary) {
      if (outcome.ending.kind === 'cut-over') {
        await steps.begin(projection, 'warm', generation);
        await steps.end(projection, 'warm');
      }
    }
    this.logger.log(`rebuild ${rebuildId}: ${outcome.ending.kind}`);
  }
}
