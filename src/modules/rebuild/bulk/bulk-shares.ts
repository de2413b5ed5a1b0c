import { processOf, withClient, withClients } from '../../database/cancellable-clients';
import type { BulkJob, BulkOutcome, BulkProgress, BulkShare } from './bulk-job';
import { Floor } from '../../pacing/floor';
import { courtesyOf, fillingsOf, fold, writeRest } from './filling';
import type { Watch } from './filling';
import { join, take } from './taken-generations';

/** A share of a pass, as whoever carries it out is told. */
export interface ShareOfPass {
  readonly share: BulkShare;
  /** The session that has taken the generations: its process id. */
  readonly pass: number;
  /** The memory of the floor that all shares of the pass take turns by. */
  readonly floor: SharedArrayBuffer;
}

/** Carries a share out, wherever. */
export type CarryOut = (part: ShareOfPass, watch: Watch) => Promise<BulkOutcome>;

/**
 * Folds a share of the ledger, and leaves its rows for the pass that it belongs to.
 *
 * @throws Error as `runBulk` does.
 */
export const runShare = (
  url: string,
  job: BulkJob,
  { share, pass, floor }: ShareOfPass,
  watch: Watch,
): Promise<BulkOutcome> =>
  withClients(url, watch.signal, async (clients) => {
    const { writer } = clients;
    const fillings = await fillingsOf(writer, job);
    const { all } = fillings;
    await join(writer, all, pass);
    const paced = { ...watch, courtesy: courtesyOf(writer, new Floor(share.count, floor)) };
    const events = await fold(clients, job, share, fillings, paced);
    const rows = await writeRest(writer, all, watch.signal, (tables) => tables.leave(writer));
    return { events, rows };
  });

const sumOf = (counts: readonly number[]): number => counts.reduce((sum, one) => sum + one, 0);

/** How far all shares are together, told whenever one of them goes on. */
const together = (
  count: number,
  progress: (now: BulkProgress) => void,
): ((index: number) => (now: BulkProgress) => void) => {
  const done = new Array<number>(count).fill(0);
  return (index) => (now) => {
    done[index] = now.done;
    progress({ ...now, done: Math.floor(sumOf(done) / count) });
  };
};

/**
 * What `runBulk` does, in shares of the streams that are carried out side by side. One that fails
 * ends the others.
 *
 * @throws Error as `runBulk` does.
 */
export const runShares = (
  url: string,
  job: BulkJob,
  count: number,
  carryOut: CarryOut,
  { progress, signal }: Watch,
): Promise<BulkOutcome> =>
  withClient(url, signal, async (writer) => {
    const { all } = await fillingsOf(writer, job);
    await take(writer, all, count);
    const failed = new AbortController();
    const until = AbortSignal.any([signal, failed.signal]);
    const tell = together(count, progress);
    const pass = processOf(writer);
    const { memory: floor } = new Floor(count);
    const shares = Array.from({ length: count }, (_, index) =>
      carryOut({ share: { index, count }, pass, floor }, { progress: tell(index), signal: until }),
    );
    const outcomes = await Promise.all(shares).catch(async (error: unknown) => {
      failed.abort();
      await Promise.allSettled(shares);
      throw error;
    });
    const rows = await writeRest(writer, all, signal, (tables) => tables.addUp(writer));
    for (const { rows: left } of outcomes) {
      for (const [table, more] of left) rows.set(table, (rows.get(table) ?? 0) + more);
    }
    return { events: sumOf(outcomes.map(({ events }) => events)), rows };
  });
