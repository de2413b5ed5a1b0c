import { Inject, Injectable } from '@nestjs/common';
import { styleParagraphs } from '../../projections/style-paragraphs/style-paragraphs.projection';
import { styleUsage } from '../../projections/style-usage/style-usage.projection';
import { CommandIntake } from '../command-bus/command-intake';
import type { Request } from '../command-bus/command-intake';
import { commandSpan } from '../command-bus/command-span';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { Metrics } from '../metrics/metrics';
import { ReadingDatabase } from '../reading/reading-database';
import { LiveGenerations } from '../reading/rows/live-generation';
import { sha256 } from './article-reading';
import { SEMANTIC } from './semantic-port';
import { unbuilt } from './style-database';
import type { SemanticPort } from './semantic-port';
import type { StyleAnswer, StyleQuery, StyleStats, StyleStatsQuery } from './style-memory.schemas';
import { statsSql } from './style-paragraphs.sql';
import { retrieval } from './style-spans';
import { StyleSearch } from './style-search';
import type { Finding, Found } from './style-search';

/** Who asks, under which deployment, and by which key if it is asked again. */
type Issuer = Pick<
  Request,
  'caller' | 'deploymentId' | 'correlationId' | 'idempotencyKey' | 'span'
>;

interface StatsRow {
  readonly articles: number;
  readonly paragraphs: number;
  readonly queries: number;
  readonly hits: number;
  readonly empty: number;
}

/** Answers style queries, and records each as a fact. */
@Injectable()
export class StyleMemory {
  constructor(
    private readonly search: StyleSearch,
    private readonly live: LiveGenerations,
    private readonly reading: ReadingDatabase,
    private readonly intake: CommandIntake,
    private readonly metrics: Metrics,
    @Inject(SEMANTIC) private readonly semantic: SemanticPort,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * What the memory holds for `query`. The answer waits for its fact to be durable, so that its
   * position can be waited for; `latencyMs` is the time it took to find it. A query that is repeated by
   * its idempotency key is looked for anew, and recorded once: the position is that of the first.
   *
   * @throws Problem 404 for an unknown execution, 422 for a key of another query, 503 when the database
   *   is away or not at `minPosition`.
   */
  async query(query: StyleQuery, issuer: Issuer): Promise<StyleAnswer> {
    await this.live.await(styleParagraphs, query.minPosition ?? null);
    const begun = performance.now();
    const found = await retrieval(issuer.span, query, (span) => this.search.find(query, span));
    const latencyMs = Math.round((performance.now() - begun) * 1000) / 1000;
    this.metrics.styleQueried(found.results.length, found.degraded, latencyMs / 1000);
    const fact = this.fact(query, found, latencyMs);
    const span = commandSpan(issuer.span, fact.name);
    try {
      const { position } = await this.intake.take({
        identity: identityOf(query),
        ifMatch: null,
        causationId: null,
        ...fact,
        ...issuer,
        span,
      });
      return answerOf(found, latencyMs, position);
    } finally {
      span?.end();
    }
  }

  /**
   * What the memory holds and how it was used, `minPosition` included.
   *
   * @throws Problem 503 when the database is away or not at `minPosition`.
   */
  async stats({ minPosition }: StyleStatsQuery): Promise<StyleStats> {
    await Promise.all(
      [styleParagraphs, styleUsage].map((model) => this.live.await(model, minPosition ?? null)),
    );
    const [[row], semantic] = await Promise.all([
      this.reading.ask<StatsRow>(statsSql, []).catch((error: unknown) => {
        throw unbuilt(error);
      }),
      this.semantic.status(),
    ]);
    const { articles = 0, paragraphs = 0, queries = 0, hits = 0, empty = 0 } = row ?? {};
    const share = (part: number): number | null => (queries === 0 ? null : part / queries);
    const { model, indexed, pending, available } = semantic;
    return {
      articles,
      paragraphs,
      queries,
      hitRate: share(hits),
      emptyRate: share(empty),
      semantic: { model, indexed, pending, available },
    };
  }

  /** The command that records a query: of its execution, or else by itself. */
  private fact(
    { text, executionId, agent, nResults, minScore }: StyleQuery,
    { degraded, results, nearMisses }: Finding,
    latencyMs: number,
  ): Pick<Request, 'name' | 'body'> {
    const body = {
      textHash: sha256(text),
      nResults,
      minScore,
      latencyMs,
      degraded,
      results: results.map(referenceOf),
      nearMisses: nearMisses.map(referenceOf),
      ...(agent === undefined ? {} : { agent }),
      ...(this.settings.keepQueries ? { text } : {}),
    };
    return executionId === undefined
      ? { name: 'record-standalone-style-query', body }
      : { name: 'record-style-query', body: { executionId, ...body } };
  }
}

/** What a repeated query has to agree in: what was found may differ by then. */
const identityOf = ({ text, nResults, minScore, executionId, agent }: StyleQuery): unknown => [
  sha256(text),
  nResults,
  minScore,
  executionId ?? null,
  agent ?? null,
];

const referenceOf = ({ paragraphId, source, score }: Found) => ({ paragraphId, source, score });

const answerOf = (found: Finding, latencyMs: number, position: string): StyleAnswer => ({
  results: [...found.results],
  nearMisses: [...found.nearMisses],
  degraded: found.degraded,
  latencyMs,
  position,
  ...(found.note === undefined ? {} : { note: found.note }),
});
