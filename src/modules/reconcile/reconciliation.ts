import { differencesOf } from './differences';
import type { Difference } from './differences';
import type { LedgerUsage } from './ledger-usage';
import { matchUsage } from './matching';
import type { Match } from './matching';
import { isMeant } from './model-names';
import type { Tolerance } from './tolerance';
import type { UsageFile } from './usage-csv';

/** What a usage export and the ledger have to say about each other. */
export interface Reconciliation {
  readonly rows: number;
  /** First and last UTC day of the file; what the ledger has outside them is not looked at. */
  readonly days: { readonly first: string; readonly last: string };
  readonly position: string;
  readonly matches: readonly Match[];
  readonly differences: readonly Difference[];
}

/** The first and the last day of a file without faults; null where nothing in it is meant. */
export const spanOf = (
  { usage }: UsageFile,
  models: readonly string[],
): Reconciliation['days'] | null => {
  const days = usage.flatMap(({ day, model }) => (isMeant(model, models) ? [day] : [])).sort();
  const [first, last] = [days[0], days.at(-1)];
  return first === undefined || last === undefined ? null : { first, last };
};

/** Compares, on both sides, the models that are meant by the patterns `models`. */
export const reconcile = (
  file: UsageFile,
  ledger: LedgerUsage,
  days: Reconciliation['days'],
  { models, tolerance }: { readonly models: readonly string[]; readonly tolerance: Tolerance },
): Reconciliation => {
  const meant = ({ model }: { readonly model: string }): boolean => isMeant(model, models);
  const matches = matchUsage(file.usage.filter(meant), ledger.usage.filter(meant));
  const differences = differencesOf(matches, tolerance);
  return { rows: file.rows, days, position: ledger.position, matches, differences };
};
