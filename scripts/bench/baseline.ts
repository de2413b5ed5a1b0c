import type { Client } from 'pg';

/** The partition that is written to; the parent cannot have the unique index on streams. */
const partitionSql = `
select name from ledger.partitions, ledger.head
where first_position <= head.position + 1 and last_position > head.position`;

/** An empty table with the columns, constraints and indexes of a partition of `ledger.events`, whatever they are today. */
export const createTwin = async (client: Client, name: string): Promise<string> => {
  await client.query('create schema if not exists baseline');
  const { rows } = await client.query<{ name: string }>(partitionSql);
  const partition = rows[0]?.name ?? '';
  await client.query(`create table baseline.${name} (like ledger.${partition} including all)`);
  return `baseline.${name}`;
};

/** A twin that numbers its rows by itself, from a sequence. */
export const createNumberedTwin = async (client: Client, name: string): Promise<string> => {
  const table = await createTwin(client, name);
  await client.query(`create sequence baseline.${name}_position`);
  await client.query(
    `alter table ${table} alter column position set default nextval('baseline.${name}_position')`,
  );
  return table;
};
