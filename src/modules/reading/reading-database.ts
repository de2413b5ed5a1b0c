import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import type { Ask } from '../database/ask';
import { connectPool } from '../database/clients';
import { DATABASE_URL } from '../database/database.tokens';
import { Problem } from '../http/problem';

const connectionsAtMost = 6;
const patienceSeconds = 30;

/** SQLSTATEs that are about the statement, not about the database being away. */
const isAboutStatement = (code: unknown): boolean =>
  typeof code === 'string' &&
  /^[0-9FHPX][0-9A-Z]{4}$/.test(code) && // EPIPE is none
  !/^(08|53|57|58)/.test(code);

const queryCanceled = '57014';

/** What a failure of the database is to whoever asked, where a statement may take some `seconds`. */
export const readingFault = (error: unknown, seconds = patienceSeconds): unknown => {
  const { code } = error as { code?: unknown };
  if (error instanceof TypeError || isAboutStatement(code)) return error;
  if (code === queryCanceled) {
    return new Problem(
      503,
      'query-too-slow',
      `this took longer than ${seconds} s: ask for less, by filters or a shorter time`,
      { retryAfterSeconds: 10 },
    );
  }
  return new Problem(503, 'unavailable', 'the database does not answer, try again', {
    retryAfterSeconds: 1,
  });
};

/**
 * The connections that readers share: few, read-only, and none of those that commands, projections
 * and health live on, so that no query of an analyst can hold these up.
 */
@Injectable()
export class ReadingDatabase implements OnApplicationShutdown {
  readonly pool: Pool;

  constructor(@Inject(DATABASE_URL) url: string) {
    this.pool = connectPool(url, connectionsAtMost, {
      pipeline: true,
      options: [
        `-c statement_timeout=${patienceSeconds}s`,
        '-c default_transaction_read_only=on',
        // One long query takes one core, and leaves the others to commands.
        '-c max_parallel_workers_per_gather=0',
      ],
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** @throws Problem 503 when the database is away or the statement takes too long. */
  async ask<Row extends object>(text: string, values?: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(text, values)).rows;
    } catch (error) {
      throw readingFault(error);
    }
  }

  /** Several statements that see the database as it was at one moment. */
  async snapshot<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    const client = await this.pool.connect().catch((error: unknown) => {
      throw readingFault(error);
    });
    const ask: Ask = async (text, values) => {
      try {
        return (await client.query(text, values)).rows as never;
      } catch (error) {
        throw readingFault(error);
      }
    };
    let broken = false;
    try {
      // The first statement goes with the beginning; both settle before anything else is sent.
      const beginning = ask('begin isolation level repeatable read');
      const [begun, done] = await Promise.allSettled([beginning, work(ask)]);
      if (begun.status === 'rejected') throw begun.reason;
      if (done.status === 'rejected') throw done.reason;
      return done.value;
    } finally {
      await client.query('rollback').catch(() => {
        broken = true; // nothing was written, so there is nothing to commit either
      });
      client.release(broken);
    }
  }
}
