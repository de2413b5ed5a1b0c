import type { Totals } from '../../../projections/projection';
import { sqlName } from '../../projector/table';
import { sentence } from '../../proof/read-models/refolding';
import type { ModelStanding } from '../../proof/read-models/refolding';
import type { Snapshot } from '../../database/snapshot';

const sumSql = (column: string, table: string): string =>
  `select coalesce(sum(${column}), 0)::text as sum from ${table}`;

/** Holds the sums that count events against how many events there are to be counted, by type. */
export const checkControls = async (
  snapshot: Snapshot,
  { controls }: Totals,
  { model, faults }: ModelStanding,
  counting: ReadonlyMap<string, number>,
): Promise<void> => {
  const [table] = model.tables;
  if (table === undefined) return;
  for (const [measure, each] of Object.entries(controls ?? {})) {
    const due = Object.entries(each ?? {}).reduce(
      (sum, [type, by]) => sum + BigInt(by) * BigInt(counting.get(type) ?? 0),
      0n,
    );
    const [row] = await snapshot.ask<{ sum: string }>(sumSql(sqlName(measure), table.name));
    const found = row?.sum ?? '';
    if (found === String(due)) continue;
    const detail = `${measure} adds up to ${found}; the events that count make it ${due}`;
    faults.add(sentence('changed', table.name, detail));
  }
};
