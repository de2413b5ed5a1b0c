import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { Client } from 'pg';
import type { DataSource } from 'typeorm';
import { SETTINGS } from '../../../config/settings.token';
import type { Settings } from '../../../config/settings';
import { DATABASE_URL } from '../../../database/database.tokens';
import { offices, standFor } from '../../../database/election';
import { Metrics } from '../../../metrics/metrics';
import { unlessStopped } from '../../../pacing/patience';
import { pause } from '../../../pacing/pause';
import { Trouble } from '../../../pacing/trouble';
import { EMBEDDER } from '../embedder';
import type { Embedder } from '../embedder';
import { rounded } from '../index/rounded-vector';
import { partsOf } from '../parts';
import { SemanticUnavailable } from '../semantic-unavailable';
import { isAbsent } from './absent-read-model';
import { vectorKeyOf } from './vector-key';
import {
  addVectorsSql,
  closeMissingSql,
  countMissingSql,
  enterSql,
  fetchMissingSql,
  keptDimensionsSql,
  openMissingSql,
  pauseSql,
  presenceSql,
  progressSql,
  vectorsChannel,
} from './vectors.sql';

const paragraphsAtOnce = 16;
/** For the batch under way when it stops; a server that stands still is not waited for. */
const lastBatchMilliseconds = 1_000;

/** Looking takes longer the more there is, and is not to take more than a thirtieth of all time. */
const restPerLook = 30;
const rest = { least: 250, most: 5_000 } as const;

interface Missing {
  readonly contentHash: string;
  readonly text: string;
}

/**
 * Gives vectors to the paragraphs of the style memory that have none, batch by batch, and follows
 * those that are removed. One process at a time does this. What is done is in the database, so
 * whoever comes next goes on from there.
 */
@Injectable()
export class Indexer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(Indexer.name);
  private readonly model: string;
  /** As it was at the last look. */
  private pending = 0;
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`indexing failed and will be tried again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(EMBEDDER) private readonly embedder: Embedder,
    @InjectDataSource() private readonly database: DataSource,
    private readonly metrics: Metrics,
  ) {
    this.model = vectorKeyOf(embedder);
  }

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('indexer')) return;
    this.resign = standFor(this.url, offices.indexer, (signal, session) =>
      this.indexUntil(signal, session),
    );
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  /** Lets the indexer, whichever process it is in, stop after its batch, until told otherwise. */
  async setPaused(paused: boolean): Promise<void> {
    await this.database.query(pauseSql, [this.model, paused]);
  }

  private async indexUntil(signal: AbortSignal, session: Client): Promise<void> {
    let isEntered = false;
    const look = async (): Promise<boolean> => {
      if (!isEntered) await session.query(enterSql, [this.model]);
      isEntered = true;
      return this.look(session, signal).catch((error: unknown) => {
        if (isAbsent(error)) return false;
        throw error;
      });
    };
    while (!signal.aborted) {
      const { took, wasBusy } = await this.timed(() => this.metrics.round('indexer', look), signal);
      if (wasBusy) continue;
      await pause(Math.min(Math.max(took * restPerLook, rest.least), rest.most), signal);
    }
  }

  private async timed(
    look: () => Promise<boolean>,
    signal: AbortSignal,
  ): Promise<{ readonly took: number; readonly wasBusy: boolean }> {
    const started = performance.now();
    let wasBusy = false;
    try {
      wasBusy = await look();
      this.trouble.over();
    } catch (error) {
      if (error instanceof SemanticUnavailable)
        this.logger.debug(`indexing waits: ${error.message}`);
      else if (!signal.aborted) this.trouble.met(error);
    }
    return { took: performance.now() - started, wasBusy };
  }

  /** Whether there was something to do. */
  private async look(session: Client, signal: AbortSignal): Promise<boolean> {
    const { rowCount } = await session.query(presenceSql, [this.model]);
    const missing = await session.query<{ pending: number }>(countMissingSql, [this.model]);
    const pending = missing.rows[0]?.pending ?? 0;
    const paused = await this.isPaused(session, pending);
    if (pending !== this.pending || rowCount !== 0) await this.announce(session);
    this.pending = pending;
    if (paused || pending === 0) return false;
    await this.keepToKept(session);
    this.logger.debug(`${String(pending)} paragraphs get their vectors`);
    await session.query(openMissingSql(session.escapeLiteral(this.model)));
    try {
      return await this.work(session, pending, signal);
    } finally {
      await session.query(closeMissingSql);
    }
  }

  private async keepToKept(session: Client): Promise<void> {
    const { rows } = await session.query<{ dimensions: number }>(keptDimensionsSql, [this.model]);
    const [kept] = rows;
    if (kept !== undefined) this.embedder.keepTo(kept.dimensions);
  }

  private async work(session: Client, all: number, signal: AbortSignal): Promise<boolean> {
    for (let pending = all; !signal.aborted;) {
      const { rows } = await session.query<Missing>(fetchMissingSql(paragraphsAtOnce));
      if (rows.length === 0) return true;
      await this.add(session, rows, signal);
      // Others may have come meanwhile: that none is left, only the next look can say.
      pending = Math.max(1, pending - rows.length);
      const paused = await this.isPaused(session, pending);
      await this.announce(session);
      if (paused) return false;
    }
    return false;
  }

  private async add(
    session: Client,
    paragraphs: readonly Missing[],
    signal: AbortSignal,
  ): Promise<void> {
    const parts = paragraphs.map(({ text }) => partsOf(text));
    const embedding = this.embedder.embed(parts.flat(), 'background');
    const vectors = await unlessStopped(signal, lastBatchMilliseconds, embedding);
    const dimensions = this.embedder.dimensions ?? 0;
    let from = 0;
    const bytes = parts.map(({ length }) => {
      const own = rounded(vectors.slice(from, from + length));
      from += length;
      return Buffer.from(own.buffer);
    });
    const hashes = paragraphs.map(({ contentHash }) => contentHash);
    await session.query(addVectorsSql, [this.model, dimensions, hashes, bytes]);
  }

  private async isPaused(session: Client, pending: number): Promise<boolean> {
    const { rows } = await session.query<{ paused: boolean }>(progressSql, [this.model, pending]);
    return rows[0]?.paused === true;
  }

  private async announce(session: Client): Promise<void> {
    await session.query(`notify ${vectorsChannel}`);
  }
}
