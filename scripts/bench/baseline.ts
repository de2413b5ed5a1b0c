import type { Client } from 'pg';

/** An empty table with the columns, constraints and indexes of `ledger.events`, whatever they are today. */
export const createTwin = async (client: Client, name: string): Promise<string> => {
  await client.query('create schema if not exists baseline');
  await client.query(`create table baseline.${name} (like ledger.events including all)`);
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
