import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Pool } from 'pg';
import type { KeyName } from '../../events/sealed-value';
import { connectPool } from '../database/clients';
import { DATABASE_URL } from '../database/database.tokens';
import { isOutage } from '../database/outage';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import type { WrappedKey } from './master-keys';

const connectionsAtMost = 4;

/** Rung when keys were destroyed. */
export const keysChannel = 'personal_keys';

const addSql = `
insert into personal.keys (subject, generation, master, wrapped) values ($1, $2, $3, $4) on conflict do nothing`;

const oneSql = `
select master, wrapped from personal.keys where subject = $1 and generation = $2`;

const newestSql = `
select generation from personal.keys where subject = $1 order by generation desc limit 1`;

// As many forgettings as a stream is long: the ledger decides, whether or not the key is destroyed yet.
const readableSql = `
select k.subject, k.generation, k.master, k.wrapped
from unnest($1::text[], $2::integer[]) as asked (subject, generation)
join personal.keys k using (subject, generation)
where not exists (
  select from ledger.events e where e.stream = 'subject-' || k.subject and e.version > k.generation
)`;

// Whoever is forgotten, and how often: as many as its index is long.
const forgottenSql = `
select substr(stream, length('subject-') + 1) as subject, max(version) as version
from ledger.events where type = 'SubjectForgotten' group by stream`;

const destroySql = `
with forgotten as (${forgottenSql}), gone as (
  delete from personal.keys k using forgotten f
  where k.subject = f.subject and k.generation < f.version
  returning k.subject
)
select count(*)::integer as keys from gone`;

const destroyOfSql = `
with gone as (
  delete from personal.keys where subject = $1 and generation < $2 returning subject
)
select count(*)::integer as keys from gone`;

const tellSql = `select pg_notify('${keysChannel}', '')`;

const wrappedBySql = `
select subject, generation, master, wrapped from personal.keys
where master = any ($1::text[]) and ($2::text is null or (subject, generation) > ($2, $3::integer))
order by subject, generation limit $4`;

const rewrapSql = `
update personal.keys set master = $3, wrapped = $4 where subject = $1 and generation = $2`;

const dueSql = `
select count(*)::integer as keys from (${forgottenSql}) f
join personal.keys k on k.subject = f.subject and k.generation < f.version`;

// From each one to the next, as there are few: not by way of every key.
const mastersSql = `
with recursive masters as (
  (select master from personal.keys order by master limit 1)
  union all
  select (select k.master from personal.keys k where k.master > m.master order by k.master limit 1)
  from masters m where m.master is not null
)
select master from masters where master is not null`;

/** A key with whose it is. */
export type StoredKey = KeyName & WrappedKey;

/** The keys of persons, wrapped, in the one table of which anything is ever deleted for good. */
@Injectable()
export class KeyTable implements OnApplicationShutdown {
  private readonly pool: Pool;

  constructor(@Inject(DATABASE_URL) url: string) {
    this.pool = connectPool(url, connectionsAtMost);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /** The key of this name: `made`, unless there is one already. */
  async ensured({ subject, generation }: KeyName, made: WrappedKey): Promise<WrappedKey> {
    await this.ask(addSql, [subject, generation, made.master, made.wrapped]);
    const [found] = await this.ask<WrappedKey>(oneSql, [subject, generation]);
    return found ?? made; // destroyed at once: whatever is sealed by it will not be recorded
  }

  /** The generation of the newest key of a person; null where they have none. */
  async newest(subject: string): Promise<number | null> {
    const [row] = await this.ask<{ generation: number }>(newestSql, [subject]);
    return row?.generation ?? null;
  }

  /** Those of these keys that are there, of persons who were not forgotten since. */
  async readable(names: readonly KeyName[]): Promise<readonly StoredKey[]> {
    return this.ask<StoredKey>(readableSql, [
      names.map(({ subject }) => subject),
      names.map(({ generation }) => generation),
    ]);
  }

  /** Destroys the keys of whoever is forgotten; how many those were. */
  async destroyForgotten(): Promise<number> {
    return this.destroy(destroySql, []);
  }

  /** Destroys the keys of a person below a generation; how many those were. */
  async destroyBelow({ subject, generation }: KeyName): Promise<number> {
    return this.destroy(destroyOfSql, [subject, generation]);
  }

  /** How many keys are still to be destroyed. */
  async due(): Promise<number> {
    return this.count(dueSql, []);
  }

  /** The master keys that any key is wrapped by. */
  async masters(): Promise<readonly string[]> {
    return (await this.ask<{ master: string }>(mastersSql, [])).map(({ master }) => master);
  }

  /** The first keys behind `last`, in order of their names, that are wrapped by one of these. */
  async wrappedBy(
    masters: readonly string[],
    last: KeyName | null,
    limit: number,
  ): Promise<readonly StoredKey[]> {
    const behind = [last?.subject ?? null, last?.generation ?? null];
    return this.ask<StoredKey>(wrappedBySql, [masters, ...behind, limit]);
  }

  async rewrap({ subject, generation, master, wrapped }: StoredKey): Promise<void> {
    await this.ask(rewrapSql, [subject, generation, master, wrapped]);
  }

  /** Every process is told, and drops the keys that it has in memory. */
  private async destroy(sql: string, values: unknown[]): Promise<number> {
    const keys = await this.count(sql, values);
    if (keys > 0) await this.ask(tellSql, []);
    return keys;
  }

  private async count(sql: string, values: unknown[]): Promise<number> {
    const [row] = await this.ask<{ keys: number }>(sql, values);
    return row?.keys ?? 0;
  }

  /** @throws LedgerUnavailable while the database is away. */
  private async ask<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(text, values)).rows;
    } catch (error) {
      if (!isOutage(error)) throw error;
      throw new LedgerUnavailable('the database is not reachable', { cause: error });
    }
  }
}
