import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { Metrics } from '../metrics/metrics';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import type { Tracing } from './tracing';
import { TRACING } from './tracing.token';

const intervalMilliseconds = 10_000;

/**
 * Behind the relay and the live read models nobody asks for them any more. What one of these has not come
 * to within ten minutes loses its trace there, so that the table stays small whatever stands still.
 */
const pruneSql = `
delete from ops.trace_origins
where recorded_at < clock_timestamp() - interval '10 minutes'
  or last_position <= least(
    (select min(c.position) from ops.checkpoints c
     join ops.generations g on g.id = c.generation and g.state = 'live'),
    (select r.position from ops.relay r where r.topic = $1))`;

/** Keeps no more of the origins of events than is still to be read. */
@Injectable()
export class OriginPruner implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Telemetry');
  private readonly over = new AbortController();
  private pruning = Promise.resolve();
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`origins of traces are pruned later: ${message}`);
  });

  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(TRACING) private readonly tracing: Tracing | null,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    if (this.tracing !== null) this.pruning = this.pruneUntil(this.over.signal);
  }

  async onApplicationShutdown(): Promise<void> {
    this.over.abort();
    await this.pruning;
  }

  /** One after the other: a database that stands still is not asked for more and more. */
  private async pruneUntil(signal: AbortSignal): Promise<void> {
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      await pause(intervalMilliseconds, signal);
      if (!isOver()) await this.prune();
    }
  }

  /** Takes away what was read; what cannot be taken away now is the next time. */
  async prune(): Promise<void> {
    try {
      const values = [this.settings.kafka?.topic ?? null];
      await this.metrics.round('trace-origins', () => this.database.query(pruneSql, values));
      this.trouble.over();
    } catch (error) {
      this.trouble.met(error);
    }
  }
}
