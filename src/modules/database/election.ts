import { Logger } from '@nestjs/common';
import type { Client } from 'pg';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import { connect } from './clients';

/**
 * What is done by one process at a time, each with its advisory lock. Other locks of ours, whose numbers
 * are taken: migrations have ...108, and ...131 is of the partitions of the ledger (migration 12).
 */
export const offices = {
  relay: 7_306_101_109,
  projector: 7_306_101_110,
  sweeper: 7_306_101_111,
  repricer: 7_306_101_113,
  indexer: 7_306_101_114,
  replayer: 7_306_101_115,
  rebuilder: 7_306_101_116,
  rollbacker: 7_306_101_119,
  alerts: 7_306_101_123,
  webhooks: 7_306_101_124,
  archiver: 7_306_101_130,
  keys: 7_306_101_132,
};

const retryMilliseconds = 500;
/** Having served for so long, what fails then is another trouble, be it the same. */
const steadyMilliseconds = 60_000;

const nameOf = (office: number): string =>
  Object.entries(offices).find(([, number]) => number === office)?.[0] ?? String(office);

/**
 * Runs `duty` while this process holds the office, which one process at a time does: whoever has
 * the advisory lock. `duty` gets a signal that is aborted when the office is lost with its
 * connection, and must end soon after; and that connection, on which nothing can succeed once the
 * office is lost. Returns the function that resigns.
 */
export const standFor = (
  url: string,
  office: number,
  duty: (signal: AbortSignal, session: Client) => Promise<void>,
): (() => Promise<void>) => {
  const resigned = new AbortController();
  const logger = new Logger('Office');
  const trouble = new Trouble((message) => {
    logger.warn(`the office ${nameOf(office)} was given up, and is stood for again: ${message}`);
  });

  const campaign = async (): Promise<void> => {
    do {
      try {
        await serve();
      } catch {
        // The connection broke: another may hold the office by now.
      }
      await pause(retryMilliseconds, resigned.signal);
    } while (!resigned.signal.aborted);
  };

  const serve = async (): Promise<void> => {
    const client = await connect(url);
    try {
      while (!(await elected(client))) {
        await pause(retryMilliseconds, resigned.signal);
        if (resigned.signal.aborted) return;
      }
      const lost = new AbortController();
      client.on('end', () => {
        lost.abort();
      });
      const over = AbortSignal.any([resigned.signal, lost.signal]);
      const began = performance.now();
      await duty(over, client).catch((error: unknown) => {
        if (performance.now() - began > steadyMilliseconds) trouble.over();
        if (!over.aborted) trouble.met(error);
      });
    } finally {
      await client.end().catch(() => undefined);
    }
  };

  const elected = async (client: Client): Promise<boolean> => {
    const { rows } = await client.query<{ held: boolean }>(
      'select pg_try_advisory_lock($1) as held',
      [office],
    );
    return rows[0]?.held === true;
  };

  const over = campaign();
  return async () => {
    resigned.abort();
    await over;
  };
};
