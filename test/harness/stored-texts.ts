/* Whether something is anywhere in a database, as text. */
import type { TestDatabase } from './database';

const tablesSql = `
select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'm') and n.nspname not in ('pg_catalog', 'information_schema') order by 1`;

/** The tables that have a row with any of these texts in it. */
export const tablesWith = async (
  { sql }: Pick<TestDatabase, 'sql'>,
  texts: readonly string[],
): Promise<string[]> => {
  const tables = await sql<{ name: string }>(tablesSql);
  const found: string[] = [];
  for (const { name } of tables) {
    const rows = await sql(
      `select 1 from ${name} t where exists (select from unnest($1::text[]) as marker where strpos(t::text, marker) > 0) limit 1`,
      [texts],
    );
    if (rows.length > 0) found.push(name);
  }
  return found;
};
