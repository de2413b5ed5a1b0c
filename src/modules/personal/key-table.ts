import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Pool, QueryResultRow } from 'pg';
import type { KeyName } from '../../events/sealed-value';
import { connectPool } from '../database/clients';
import { DATABASE_URL } from '../database/database.tokens';
import { isOutage } from '../database/outage';
import { LedgerUnavailable } from '../ledger/commit-queue';
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

const forgottenSql = `
select stream, max(version) as version from ledger.events where type = 'SubjectForgotten' group by stream`;

const destroySql = `
with forgotten as (${forgottenSql}), gone as (
  delete from personal.keys k using forgotten f
  where 'subject-' || k.subject = f.stream and k.generation < f.version
  returning k.subject
)
select count(*)::integer as keys from gone`;

const destroyOfSql = `
with gone as (
  delete from personal.keys where subject = $1 and generation < $2 returning subject
)
select count(*)::integer as keys from gone`;

const tellSql = `select pg_notify('${keysChannel}', '')`;

const wrappedByOthersSql = `
select subject, generation, master, wrapped from personal.keys
where master <> $1 and master = any ($2::text[]) order by subject, generation limit $3`;

const rewrapSql = `
update personal.keys set master = $3, wrapped = $4 where subject = $1 and generation = $2`;

const standingSql = `
select count(*) filter (where f.version > k.generation)::integer as due,
  count(*) filter (where k.master <> all ($1::text[]))::integer as locked
from personal.keys k left join (${forgottenSql}) f on f.stream = 'subject-' || k.subject`;

/** A key with whose it is. */
export type StoredKey = KeyName & WrappedKey;

/** How keys are that are not as they should be. */
export interface KeysStanding {
  /** Of persons who are forgotten, and still to be destroyed. */
  readonly due: number;
  /** Wrapped by a master key that is not known here. */
  readonly locked: number;
}

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
    const [found] = await this.ask<WrappedKey & object>(oneSql, [subject, generation]);
    return found ?? made; // destroyed at once: whatever is sealed by it will not be recorded
  }

  /** The generation of the newest key of a person; null where they have none. */
  async newest(subject: string): Promise<number | null> {
    const [row] = await this.ask<{ generation: number }>(newestSql, [subject]);
    return row?.generation ?? null;
  }

  /** Those of these keys that are there, of persons who were not forgotten since. */
  async readable(names: readonly KeyName[]): Promise<readonly StoredKey[]> {
    return this.ask<StoredKey & object>(readableSql, [
      names.map(({ subject }) => subject),
      names.map(({ generation }) => generation),
    ]);
  }

  /** Destroys every key of persons who are forgotten; how many those were. */
  async destroyForgotten(): Promise<number> {
    return this.destroy(destroySql, []);
  }

  /** Destroys the keys of a person below a generation. */
  async destroyBelow({ subject, generation }: KeyName): Promise<number> {
    return this.destroy(destroyOfSql, [subject, generation]);
  }

  /** Some keys that are wrapped by one of `masters`, and not by `current`. */
  async wrappedByOthers(
    current: string,
    masters: readonly string[],
    limit: number,
  ): Promise<readonly StoredKey[]> {
    return this.ask<StoredKey & object>(wrappedByOthersSql, [current, masters, limit]);
  }

  async rewrap({ subject, generation, master, wrapped }: StoredKey): Promise<void> {
    await this.ask(rewrapSql, [subject, generation, master, wrapped]);
  }

  async standing(masters: readonly string[]): Promise<KeysStanding> {
    const [row] = await this.ask<KeysStanding & object>(standingSql, [masters]);
    return row ?? { due: 0, locked: 0 };
  }

  private async destroy(sql: string, values: unknown[]): Promise<number> {
    const [row] = await this.ask<{ keys: number }>(sql, values);
    const keys = row?.keys ?? 0;
    if (keys > 0) await this.ask(tellSql, []);
    return keys;
  }

  /** @throws LedgerUnavailable while the database is away. */
  private async ask<Row extends QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    try {
      return (await this.pool.query<Row>(text, values)).rows;
    } catch (error) {
      if (!isOutage(error)) throw error;
      throw new LedgerUnavailable('the database is not reachable', false, { cause: error });
    }
  }
}
