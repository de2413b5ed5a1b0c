import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { ClientBase } from 'pg';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { Metrics } from '../metrics/metrics';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import { AlertRound } from './alert-round';
import { WatchRecords } from './watch-records';

/** Looks missed until a pending time begins anew, and the least time that a restart may take. */
const looksMissed = 4;
const leastGapMilliseconds = 60_000;

/** Evaluates the alert rules over and over, in one elected process. */
@Injectable()
export class AlertEvaluator implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Alerts');
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`the alert rules are looked at again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly round: AlertRound,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.alerts, (signal, session) =>
      this.serve(session, signal),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async serve(session: ClientBase, signal: AbortSignal): Promise<void> {
    const records = new WatchRecords(session);
    const every = this.settings.alertSeconds * 1_000;
    const gap = Math.max(leastGapMilliseconds, looksMissed * every);
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        const isWhole = await this.round.take(records, gap);
        this.metrics.alertsLookedAt(isWhole ? 'completed' : 'failed');
        this.trouble.over();
      } catch (error) {
        if (isOver()) return;
        this.metrics.alertsLookedAt('failed');
        this.trouble.met(error);
      }
      await pause(every, signal);
    }
  }
}
