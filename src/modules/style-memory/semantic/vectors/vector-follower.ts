import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import { connectPool } from '../../../database/clients';
import { DATABASE_URL } from '../../../database/database.tokens';
import { listen } from '../../../database/listener';
import { Metrics } from '../../../metrics/metrics';
import { Bell } from '../../../pacing/bell';
import { unlessStopped } from '../../../pacing/patience';
import { pause } from '../../../pacing/pause';
import { EMBEDDER } from '../embedder';
import type { Embedder } from '../embedder';
import { isAbsent } from './absent-read-model';
import { SemanticThread } from '../thread/semantic-thread';
import type { IndexChange } from '../thread/thread-messages';
import { vectorKeyOf } from './vector-key';
import {
  changesSql,
  countMissingSql,
  keptDimensionsSql,
  standingSql,
  vectorsChannel,
} from './vectors.sql';

const changesAtOnce = 500;

/** Without a word from the indexer it is looked all the same, in case that one got lost. */
const silentMilliseconds = 5_000;
const retryMilliseconds = 250;

/** How far the semantic index is. */
export interface IndexStanding {
  /** Paragraphs that are searched. */
  readonly indexed: number;
  /** Paragraphs that are not yet: without vectors, or with vectors that this process has not read. */
  readonly pending: number;
}

interface Row {
  readonly change: string;
  readonly contentHash: string;
  readonly dimensions: number;
  readonly parts: Buffer | null;
}

/** A copy: what comes from the database is a piece of something larger, which would go along. */
const changeOf = ({ contentHash, dimensions, parts }: Row): IndexChange => ({
  contentHash,
  dimensions,
  parts: parts === null ? null : new Int8Array(parts),
});

/** Keeps what this process searches as it is in the database, also after its thread died. */
@Injectable()
export class VectorFollower implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(VectorFollower.name);
  private readonly pool: Pool;
  private readonly model: string;
  private readonly bell = new Bell();
  private readonly stopped = new AbortController();
  private stop: () => Promise<void> = () => Promise.resolve();
  private generation = 0;
  private reached = '0';
  private loaded = 0;
  private known = { indexed: 0, pending: 0 };

  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(EMBEDDER) private readonly embedder: Embedder,
    private readonly thread: SemanticThread,
    metrics: Metrics,
  ) {
    this.model = vectorKeyOf(embedder);
    this.pool = connectPool(url, 1);
    thread.onLost(() => {
      this.bell.strike();
    });
    metrics.gauge(
      'flowledger_semantic_paragraphs',
      'Paragraphs of the style memory that are searched by meaning, or wait for it',
      ['state'],
      (gauge) => {
        gauge.set({ state: 'indexed' }, this.standing.indexed);
        gauge.set({ state: 'pending' }, this.standing.pending);
      },
    );
  }

  get standing(): IndexStanding {
    const { indexed, pending } = this.known;
    const loaded = this.generation === this.thread.generation ? this.loaded : 0;
    return { indexed: loaded, pending: pending + Math.max(0, indexed - loaded) };
  }

  /** The same, counted now: the indexer notices what came since its last look only at the next. */
  async count(): Promise<IndexStanding> {
    try {
      const { rows } = await this.pool.query<{ pending: number }>(countMissingSql, [this.model]);
      this.known = { ...this.known, pending: rows[0]?.pending ?? 0 };
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
    return this.standing;
  }

  onApplicationBootstrap(): void {
    const deafen = listen(this.url, vectorsChannel, () => {
      this.bell.strike();
    });
    const over = this.follow();
    this.stop = async (): Promise<void> => {
      this.stopped.abort();
      await Promise.all([deafen(), over]);
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.stop();
    await this.pool.end();
  }

  private async follow(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      const { count } = this.bell;
      const caughtUp = await this.catchUp().catch((error: unknown) => {
        if (!signal.aborted) this.logger.debug(`vectors wait: ${(error as Error).message}`);
        return false;
      });
      if (caughtUp) await this.bell.beyond(count, silentMilliseconds, signal);
      else await pause(retryMilliseconds, signal);
    }
  }

  /** Whether there is nothing more to read for now. */
  private async catchUp(): Promise<boolean> {
    const { rows } = await this.pool.query<{ indexed: number; pending: number }>(standingSql, [
      this.model,
    ]);
    this.known = rows[0] ?? { indexed: 0, pending: 0 };
    if (this.generation !== this.thread.generation) this.reached = '0';
    while (!this.stopped.signal.aborted) {
      const changes = await this.pool.query<Row>(changesSql, [
        this.model,
        this.reached,
        changesAtOnce,
      ]);
      const last = changes.rows.at(-1);
      if (last === undefined) return true;
      if (this.reached === '0') await this.begin();
      await this.load(changes.rows, last.change);
    }
    return true;
  }

  private async load(rows: readonly Row[], last: string): Promise<void> {
    const isFirst = this.reached === '0';
    const changes = rows.map(changeOf);
    const loaded = await this.thread.ask('change', { changes }, { urgent: false });
    // Another thread than the one before knows nothing of what was read until now.
    if (!isFirst && this.thread.generation !== this.generation) {
      this.reached = '0';
      return;
    }
    this.generation = this.thread.generation;
    this.loaded = loaded;
    this.reached = last;
  }

  /** Has the model read before somebody asks, and kept to what is searched. */
  private async begin(): Promise<void> {
    const { rows } = await this.pool.query<{ dimensions: number }>(keptDimensionsSql, [this.model]);
    const [kept] = rows;
    if (kept !== undefined) this.embedder.keepTo(kept.dimensions);
    const embedding = this.embedder.embed(['warm up'], 'background');
    await unlessStopped(this.stopped.signal, 0, embedding).catch(() => undefined);
  }
}
