import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Pool, QueryResultRow } from 'pg';
import { connectPool } from '../database/clients';
import { DATABASE_URL } from '../database/database.tokens';
import { Problem } from '../http/problem';
import { readingFault } from '../reading/reading-database';
import { isAbsent } from './semantic/vectors/absent-read-model';

const connectionsAtMost = 4;
const patienceSeconds = 5;

/** A statement that is prepared once for each connection, under its name. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** What to tell where a failure means that no projector has built the read model yet; else the failure. */
export const unbuilt = (error: unknown): unknown =>
  isAbsent(error)
    ? new Problem(503, 'version-not-live', 'the style memory is still being built', {
        retryAfterSeconds: 5,
      })
    : error;

/**
 * The connections that style queries have to themselves, so that no query of an analyst holds them
 * up. Their statements are looked up in indexes whatever is asked: one plan serves all.
 */
@Injectable()
export class StyleDatabase implements OnApplicationShutdown {
  private readonly pool: Pool;

  constructor(@Inject(DATABASE_URL) url: string) {
    this.pool = connectPool(url, connectionsAtMost, {
      options: [
        `-c statement_timeout=${String(patienceSeconds)}s`,
        '-c default_transaction_read_only=on',
        '-c plan_cache_mode=force_generic_plan',
        // A plan that is made while the tables are still small must do when they have grown.
        '-c enable_seqscan=off',
        '-c enable_bitmapscan=off',
        '-c enable_hashjoin=off',
        '-c enable_mergejoin=off',
      ],
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** @throws Problem 503 when the database is away, has no style memory yet, or takes too long. */
  async ask<Row extends QueryResultRow>(
    statement: NamedStatement,
    values: unknown[],
  ): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>({ ...statement, values })).rows;
    } catch (error) {
      const fault = unbuilt(error);
      throw fault instanceof Problem ? fault : readingFault(error, patienceSeconds);
    }
  }
}
