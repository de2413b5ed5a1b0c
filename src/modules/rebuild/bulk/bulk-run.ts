import { withClients } from '../../database/cancellable-clients';
import { whole } from './bulk-job';
import type { BulkJob, BulkOutcome, BulkProgress } from './bulk-job';
import { courtesyOf, fillingsOf, fold, writeRest } from './filling';
import { take } from './taken-generations';

/**
 * Fills the tables of generations in one pass over the ledger: folded in memory, by the same folds
 * as live, and each row written once; beyond a bound of memory, to be added to or taken back. What a
 * target cannot apply it has parked then. What is in the tables before is not kept.
 *
 * @throws Error when `signal` is aborted or the database goes away. Rows may be left then.
 */
export const runBulk = (
  url: string,
  job: BulkJob,
  progress: (now: BulkProgress) => void,
  signal: AbortSignal,
): Promise<BulkOutcome> =>
  withClients(url, signal, async (clients) => {
    const { writer } = clients;
    const fillings = await fillingsOf(writer, job);
    const { all } = fillings;
    await take(writer, all, 1);
    const paced = { progress, signal, courtesy: courtesyOf(writer) };
    const events = await fold(clients, job, whole, fillings, paced);
    const rows = await writeRest(writer, all, signal, (tables) => tables.finish(writer));
    return { events, rows };
  });
