import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { streamOf } from '../../commands/aggregate';
import type { RepricingEvent } from '../../commands/repricing/repricing.decider';
import { idOfStream } from '../../events/event-metadata';
import { CommandIntake } from '../command-bus/command-intake';
import { Companions } from '../command-bus/companions';
import type { Accepted } from '../command-bus/issued-command';
import { issueOwn } from '../command-bus/own-command';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { Problem } from '../http/problem';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';
import { Metrics } from '../metrics/metrics';
import { Bell } from '../pacing/bell';
import { Trouble } from '../pacing/trouble';
import { whileRunning } from '../pacing/while-running';
import { RepricingRun } from './repricing-run';
import type { Repricing } from './repricing-run';

const caller = { name: 'repricer', role: 'operator' } as const;
const lookMilliseconds = 2_000;
/** How long an answer waits for the end of a repricing; a longer one goes on without it. */
const answerMilliseconds = 20_000;
const askMilliseconds = 50;
/** How long `set-price` counts the calls it would change. */
const countMilliseconds = 3_000;

const openSql = `
select repricing from read.repricings where started > 0 and completed = 0 and cancelled = 0 order by started_at`;

interface Scoped {
  readonly from: string;
  readonly to: string;
  readonly model?: string | null;
}

/**
 * Carries out repricings, in one elected process, one after the other.
 *
 * started -> every execution looked at, changes recorded -> completed
 *        \-> cancelled (what was recorded stays)
 */
@Injectable()
export class Repricer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Repricer.name);
  private readonly bell = new Bell();
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`repricings will be gone on with: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    @InjectDataSource() private readonly database: DataSource,
    private readonly reader: LedgerReader,
    private readonly intake: CommandIntake,
    private readonly run: RepricingRun,
    private readonly metrics: Metrics,
    companions: Companions,
  ) {
    companions.register('reprice-calls', {
      plan: (data) => this.plan(data as unknown as Scoped),
      outcome: (accepted) => this.awaited(accepted),
    });
    companions.register('set-price', {
      outcome: (_accepted, data) =>
        this.affected(data as unknown as { model: string; effectiveFrom: string }),
    });
  }

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.repricer, (signal) => this.serve(signal));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async serve(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { count } = this.bell;
      try {
        await this.metrics.round('repricer', () => this.carryOutOpen(signal));
        this.trouble.over();
      } catch (error) {
        this.trouble.met(error);
      }
      await this.bell.beyond(count, lookMilliseconds, signal);
    }
  }

  private async carryOutOpen(signal: AbortSignal): Promise<void> {
    const open: { repricing: string }[] = await this.database.query(openSql);
    for (const { repricing } of open) await this.carryOut(repricing, signal);
  }

  private async carryOut(repricingId: string, signal: AbortSignal): Promise<void> {
    const [started, end] = await this.historyOf(repricingId);
    if (started?.type !== 'RepricingStarted' || end !== undefined) return;
    const repricing: Repricing = { repricingId, ...started.data };
    const isRunning = async (): Promise<boolean> => (await this.historyOf(repricingId)).length < 2;
    const unheard = new Bell(); // whoever waits for the end strikes the other one, again and again
    try {
      await whileRunning(isRunning, unheard, (until) => this.record(repricing, until), signal);
    } catch (error) {
      // Cancelled before that was seen, or completed by another process: it has ended.
      if (!(error instanceof Problem && error.code === 'repricing-ended')) throw error;
    }
  }

  private async record(repricing: Repricing, signal: AbortSignal): Promise<void> {
    const tally = await this.run.record(repricing, signal);
    if (signal.aborted) return;
    const { repricingId } = repricing;
    const figures = tally.figures();
    const body = { repricingId, ...figures };
    const command = { name: 'complete-repricing', body, caller, correlationId: repricingId };
    await issueOwn(this.intake, command);
    this.logger.log(
      `repricing ${repricingId}: ${String(figures.changed)} of ${String(figures.calls)} calls changed`,
    );
  }

  private async plan({ from, to, model = null }: Scoped): Promise<Record<string, unknown>> {
    const tally = await this.run.look({ from, to, model }, new AbortController().signal);
    return { ...tally.summary(), ...tally.list() };
  }

  /** What came of a repricing, if it ends soon: everything it did is at or before the position told then. */
  private async awaited(accepted: Accepted): Promise<Partial<Accepted>> {
    const repricingId = idOfStream(accepted.stream, 'repricing');
    const until = performance.now() + answerMilliseconds;
    for (;;) {
      const [, end] = await this.historyOf(repricingId);
      if (end !== undefined) {
        const effects = { status: end.type === 'RepricingCompleted' ? 'completed' : 'cancelled' };
        return {
          position: String(await this.reader.end()),
          effects: { repricingId, ...effects, ...end.data },
        };
      }
      this.bell.strike(); // again and again: the read model may not have it yet
      if (performance.now() > until) return { effects: { repricingId, status: 'running' } };
      await new Promise((resolve) => setTimeout(resolve, askMilliseconds));
    }
  }

  /** How many recorded calls a price of the past would change, were they repriced. */
  private async affected({
    model,
    effectiveFrom: from,
  }: {
    readonly model: string;
    readonly effectiveFrom: string;
  }): Promise<Partial<Accepted>> {
    const to = new Date().toISOString();
    if (from >= to) return {};
    const signal = AbortSignal.timeout(countMilliseconds);
    const { calls, changed, differenceNanoUsd, differenceUsd } = (
      await this.run.look({ from, to, model }, signal)
    ).summary();
    const isCountWhole = !signal.aborted;
    return { effects: { calls, changed, differenceNanoUsd, differenceUsd, isCountWhole } };
  }

  private async historyOf(repricingId: string): Promise<readonly RepricingEvent[]> {
    return eventsOf<RepricingEvent>(this.reader, streamOf('repricing', repricingId));
  }
}
