import { sentence } from '../../proof/read-models/refolding';
import type { ModelStanding } from '../../proof/read-models/refolding';
import type { LiveTable } from '../../proof/read-models/live-tables';
import type { Snapshot } from '../../database/snapshot';

/** Rows of a rollup that are not what the rows of its own table come to. */
const wrongSql = (own: LiveTable, rollup: LiveTable): string => {
  const keys = rollup.columns.filter(({ isKey }) => isKey).map(({ sql }) => sql);
  const measures = rollup.columns.filter(({ isKey }) => !isKey);
  const merged = measures.map(({ sql, merge }) => `${merge ?? 'min'}(${sql}) as ${sql}`);
  const differs = measures.map(({ sql }) => `o.${sql} is distinct from r.${sql}`);
  return `
select count(*)::float8 as wrong from (
  select ${[...keys, ...merged].join(', ')} from ${own.name} group by ${keys.join(', ')}
) o
full join ${rollup.name} r on ${keys.map((key) => `o.${key} = r.${key}`).join(' and ')}
where ${differs.join(' or ')}`;
};

/** Adds up the rows of a table with a rollup once more. */
export const checkRollup = async (
  snapshot: Snapshot,
  { model, faults }: ModelStanding,
): Promise<void> => {
  const [own, rollup] = model.tables;
  if (own === undefined || rollup === undefined) return;
  const [row] = await snapshot.ask<{ wrong: number }>(wrongSql(own, rollup));
  const wrong = row?.wrong ?? 0;
  if (wrong === 0) return;
  const detail = `${wrong} rows of ${rollup.name} are not what the rows of ${own.name} add up to`;
  faults.add(sentence('changed', rollup.name, detail));
};
