import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Client } from 'pg';
import { DATABASE_URL } from '../database/database.tokens';
import { connect } from '../database/clients';
import { isRefusal, leavesOpen } from '../database/outage';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { Metrics } from '../metrics/metrics';
import { Trouble } from '../pacing/trouble';
import type { Tracing } from '../telemetry/tracing';
import { TRACING } from '../telemetry/tracing.token';
import type { Append, Outcome } from './append';
import { BatchWriter } from './batch-writer';
import { CommitQueue } from './commit-queue';
import type { CommitObserver } from './commit-queue';
import type { CommitLimits } from './waiting-appends';
import { CommitSpans } from './commit-spans';
import { LedgerRoom } from './ledger-room';

const limits: CommitLimits = {
  queuedAppends: 10_000,
  queuedBytes: 32 * 1024 * 1024,
  batchAppends: 1_000,
  batchBytes: 4 * 1024 * 1024,
};

const retryMilliseconds = 250;

/** What is acknowledged is on disk, though the database may be set to be faster than that; what is stricter stays. */
const durableSql = `
select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;

/** The write side of the ledger: group commit on a connection of its own, made anew when it breaks. */
@Injectable()
export class Ledger implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Ledger.name);
  private readonly queue: CommitQueue;
  private readonly partitions: LedgerRoom;
  private client: Client | null = null;
  private closing = false;
  private refused: string | null = null;
  private readonly doubtListeners: (() => void)[] = [];

  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(SETTINGS) { partitionEvents }: Settings,
    metrics: Metrics,
    @Inject(TRACING) tracing: Tracing | null,
  ) {
    const lost = (error: unknown): void => {
      this.reconnect(error);
    };
    const spans = tracing === null ? null : new CommitSpans(tracing);
    const forget = (): void => {
      for (const listener of this.doubtListeners) listener();
    };
    const observer: CommitObserver = {
      committed: (events, seconds) => {
        this.refused = null;
        metrics.committed(events, seconds);
      },
    };
    this.queue = new CommitQueue(limits, observer, leavesOpen, lost, forget, spans);
    const trouble = new Trouble((message) => {
      this.logger.warn(`a partition is made later: ${message}`);
    });
    this.partitions = new LedgerRoom(url, BigInt(partitionEvents), metrics, trouble);
    metrics.watchQueue(() => this.queue.length);
  }

  get isConnected(): boolean {
    return this.client !== null;
  }

  /** Why the database took nothing when it was last asked to; null once it has, or where only the way to it was lost. */
  get refusal(): string | null {
    return this.refused;
  }

  async onModuleInit(): Promise<void> {
    await this.open();
  }

  /** Takes what is still waiting to its end, then closes. */
  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    await this.queue.settled();
    await this.partitions.settled();
    await this.client?.end();
  }

  /**
   * Resolves with the append's outcome once it is durable.
   *
   * @throws LedgerUnavailable past the queue's bounds, or while the database is away.
   */
  append(append: Append): Promise<Outcome> {
    return this.queue.append(append);
  }

  /** Resolves once there is room for a stream of commands to go on. */
  room(): Promise<void> {
    return this.queue.room();
  }

  /**
   * `listener` is called whenever what is known of streams may not be so: what was on its way may have
   * been lost, or another process may have written.
   */
  onDoubt(listener: () => void): void {
    this.doubtListeners.push(listener);
  }

  private async open(): Promise<void> {
    const client = await connect(this.url, { pipeline: true });
    try {
      await client.query(durableSql);
      await this.partitions.reach(0n); // an empty ledger has none
      const writer = new BatchWriter(client, this.partitions);
      await this.queue.connect(writer);
      this.client = client;
      client.on('end', () => {
        this.queue.disconnected(writer);
      });
      if (this.closing) await client.end(); // stopped meanwhile: nobody else closes it
    } catch (error) {
      await client.end().catch(() => undefined);
      throw error;
    }
  }

  private reconnect(error: unknown): void {
    if (this.closing) return;
    const { message } = error as Error;
    this.logger.error(`the connection for commits broke: ${message}`);
    this.refused = isRefusal(error) ? message : null;
    for (const listener of this.doubtListeners) listener();
    void this.client?.end().catch(() => undefined);
    this.client = null;
    void this.reopen();
  }

  private async reopen(): Promise<void> {
    while (!this.closing) {
      try {
        await this.open();
        this.logger.log('commits go on');
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, retryMilliseconds));
      }
    }
  }
}
