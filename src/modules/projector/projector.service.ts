import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { SETTINGS } from '../config/settings.token';
import type { KafkaSettings, Settings } from '../config/settings';
import { connectPool } from '../database/clients';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { TopicWatch } from '../kafka/topic-watch';
import { LedgerReader } from '../ledger/ledger-reader';
import type { Tracing } from '../telemetry/tracing';
import { TRACING } from '../telemetry/tracing.token';
import { ApplySpans } from './apply-spans';
import { Generations } from './generations';
import { KafkaFeed } from './kafka-feed';
import { LedgerFeed } from './ledger-feed';
import { PROJECTIONS } from './projections.token';
import { Roster } from './roster';
import type { Projection } from '../../projections/projection';

/** What a crash of the database takes from read models, the ledger gives back: docs/adr/0017. */
const withoutFlush = ['-c synchronous_commit=off'];

/** Keeps the generations of this code's projections fed, from the ledger or from Kafka. */
@Injectable()
export class Projector implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly pool: Pool;
  private stop: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    private readonly reader: LedgerReader,
    private readonly generations: Generations,
    private readonly watch: TopicWatch,
    @Inject(TRACING) private readonly tracing: Tracing | null,
  ) {
    this.pool = connectPool(url, 2 * projections.length + 2, {
      pipeline: true,
      options: withoutFlush,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const { feed, kafka, parts, partitions } = this.settings;
    await this.generations.begin(this.projections, partitions);
    if (!parts.has('projector')) return;
    const { pool, url, generations, projections } = this;
    const roster = new Roster(pool, url, generations, projections, partitions);
    if (feed === 'kafka' && kafka !== null) this.followKafka(kafka, roster);
    else this.followLedger(roster);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.pool.end();
  }

  private followLedger(roster: Roster): void {
    const partitions = Array.from({ length: this.settings.partitions }, (_, index) => index);
    const spans = this.spansOf('flowledger', 'ledger');
    const feed = new LedgerFeed(this.reader, this.pool, this.url, partitions, spans);
    this.stop = standFor(this.url, offices.projector, (signal) => feed.run(roster, signal));
  }

  private spansOf(system: string, name: string): ApplySpans | null {
    const { tracing, reader } = this;
    return tracing === null ? null : new ApplySpans(tracing, reader.pool, { system, name });
  }

  private followKafka(kafka: KafkaSettings, roster: Roster): void {
    const stopped = new AbortController();
    const spans = this.spansOf('kafka', kafka.topic);
    const feed = new KafkaFeed(kafka, this.watch, this.reader, this.pool, spans);
    const over = feed.run(roster, stopped.signal);
    this.stop = (): Promise<void> => {
      stopped.abort();
      return over;
    };
  }
}
