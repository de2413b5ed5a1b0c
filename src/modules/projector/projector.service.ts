import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { SETTINGS } from '../config/settings.token';
import type { KafkaSettings, Settings } from '../config/settings';
import { connectPool } from '../database/clients';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { TopicWatch } from '../kafka/topic-watch';
import { LedgerReader } from '../ledger/ledger-reader';
import { GenerationRunner } from './generation-runner';
import { Generations } from './generations';
import { KafkaFeed } from './kafka-feed';
import { LedgerFeed } from './ledger-feed';
import { Positions } from './positions';
import { PROJECTIONS } from './projections.token';
import type { Projection } from '../../projections/projection';

/** What a crash of the database takes from read models, the ledger gives back: docs/adr/0017. */
const withoutFlush = ['-c synchronous_commit=off'];

/** Keeps the generations of this code's projections fed, from the ledger or from Kafka. */
@Injectable()
export class Projector implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Projector.name);
  private readonly pool: Pool;
  private stop: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    private readonly reader: LedgerReader,
    private readonly generations: Generations,
    private readonly positions: Positions,
    private readonly watch: TopicWatch,
  ) {
    this.pool = connectPool(url, 2 * projections.length + 2, {
      pipeline: true,
      options: withoutFlush,
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    const runners: GenerationRunner[] = [];
    for (const projection of this.projections) {
      const generation = await this.generations.ensure(projection, this.settings.partitions);
      runners.push(
        new GenerationRunner(this.pool, projection, generation, this.settings.partitions),
      );
    }
    if (!this.settings.parts.has('projector')) return;
    const { feed, kafka } = this.settings;
    if (feed === 'kafka' && kafka !== null) this.followKafka(kafka, runners);
    else this.followLedger(runners);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.pool.end();
  }

  private followLedger(runners: readonly GenerationRunner[]): void {
    const partitions = Array.from({ length: this.settings.partitions }, (_, index) => index);
    const feed = new LedgerFeed(this.reader, this.pool, this.url, partitions);
    this.stop = standFor(this.url, offices.projector, (signal) =>
      feed.run(runners, (runner) => this.takeLive(runner), signal),
    );
  }

  private followKafka(kafka: KafkaSettings, runners: readonly GenerationRunner[]): void {
    const stopped = new AbortController();
    const feed = new KafkaFeed(kafka, this.watch, this.reader, this.pool);
    const over = feed.run(runners, () => this.takeLevel(runners), stopped.signal);
    this.stop = (): Promise<void> => {
      stopped.abort();
      return over;
    };
  }

  /** Those go live that have what the live one has, and what the ledger had at the look before. */
  private async takeLevel(runners: readonly GenerationRunner[]): Promise<void> {
    const waiting = runners.filter(
      (runner) => runner.generation.state !== 'live' && !this.taken.has(runner),
    );
    if (waiting.length === 0) return;
    const all = await this.positions.all();
    for (const runner of waiting) {
      const { id, projection } = runner.generation;
      const own = all.find((other) => other.id === id)?.position ?? -1n;
      const live = all.find((other) => other.projection === projection && other.state === 'live');
      const level = this.lastEnd !== null && own >= this.lastEnd && own >= (live?.position ?? 0n);
      if (level) await this.takeLive(runner);
    }
    this.lastEnd = await this.reader.end();
  }

  /** A version built beside the live one goes live as soon as it has read to the end. */
  private async takeLive(runner: GenerationRunner): Promise<void> {
    if (runner.generation.state === 'live' || this.taken.has(runner)) return;
    await this.generations.cutOver(runner.projection, runner.generation);
    this.taken.add(runner);
    this.logger.log(`${runner.generation.id} has caught up and is live`);
  }

  private readonly taken = new Set<GenerationRunner>();
  private lastEnd: bigint | null = null;
}
