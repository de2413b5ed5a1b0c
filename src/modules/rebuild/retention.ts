import { Inject, Injectable, Logger } from '@nestjs/common';
import { PROJECTIONS } from '../projector/projections.token';
import type { Projection } from '../../projections/projection';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { Generations } from '../projector/generations';
import { isTakenSql } from './bulk/taken-generations';
import { RebuildRecords } from './rebuild-records';

/** Warm ones, those that were live last at first, and parts of the ledger that were looked at. */
const keptSql = `
select g.id, g.projection, g.version, g.state,
  g.rebuild, (extract(epoch from clock_timestamp() - kept.since) * 1000)::float8 as age,
  (select coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8
   from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where n.nspname = g.id and c.relkind = 'r') as bytes
from ops.generations g
cross join lateral (select coalesce(g.live_until,
  (select max(recorded_at) from ledger.events where stream = 'rebuild-' || g.rebuild), g.created_at) as since) kept
where g.state = 'warm' or (g.state = 'fixed' and g.rebuild is not null)
order by kept.since desc`;

// Of a long ledger a past moment takes longer than that to build: it is left behind once nobody is at it.
const leftSql = `
select id from ops.generations where state = 'dropping'
  or (state = 'filling' and rebuild is null and created_at < clock_timestamp() - interval '1 hour'
    and not ${isTakenSql('id')})`;

/** Read models of past moments, those that were asked for last at first. */
const pastSql = `
select g.id, (select coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = g.id and c.relkind = 'r') as bytes
from ops.generations g where g.state = 'fixed' and g.rebuild is null order by g.used_at desc`;

/** A generation that is kept though nothing shows it. */
export interface Kept {
  readonly id: string;
  readonly projection: string;
  readonly version: number;
  readonly state: 'warm' | 'fixed';
  /** Which rebuild made it; null for the first ones of a database. */
  readonly rebuild: string | null;
  /** Milliseconds since it was live; of what never was, since its rebuild ended. */
  readonly age: number;
  readonly bytes: number;
}

/**
 * Those of `kept`, the youngest first, that go: what is older than `milliseconds`, and what takes
 * more than `bytes` together with all that are younger.
 */
export const outOfTime = (
  kept: readonly Kept[],
  { milliseconds, bytes }: Settings['warm'],
): readonly Kept[] => {
  const tooMuch = new Set(beyond(kept, bytes));
  return kept.filter((one) => one.age > milliseconds || tooMuch.has(one));
};

/** Those that take more than `bytes` together with all that come before them. */
const beyond = <T extends { readonly bytes: number }>(all: readonly T[], bytes: number): T[] => {
  let taken = 0;
  return all.filter((one) => (taken += one.bytes) > bytes);
};

/** Keeps generations that were live for a while, within a bound of disk, and then drops them. */
@Injectable()
export class Retention {
  private readonly logger = new Logger('Rebuild');

  constructor(
    private readonly generations: Generations,
    private readonly records: RebuildRecords,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Those of versions that this code knows; the others are not its own to judge. What a rebuild that has
   * not ended goes on with, however long it has been paused, is no such one: it has a bound of its own.
   */
  async kept(): Promise<Kept[]> {
    const all = await this.generations.ask<Kept>(keptSql, []);
    const known = all.filter(({ projection, version }) =>
      this.projections.some((own) => own.name === projection && own.version === version),
    );
    const fixed = known.filter(({ state }) => state === 'fixed');
    const open = await this.records.unendedOf(fixed.map(({ rebuild }) => rebuild ?? ''));
    return known.filter(({ state, rebuild }) => state === 'warm' || !open.has(rebuild ?? ''));
  }

  /** Which of them are to go next. */
  async announced(): Promise<readonly Kept[]> {
    return outOfTime(await this.kept(), this.settings.warm);
  }

  /** Drops what has had its time, what nobody needs, and what a process that is gone began to drop. */
  async enforce(unneeded: readonly string[], signal: AbortSignal): Promise<void> {
    const left = await this.generations.ask<{ id: string }>(leftSql, []);
    const going = await this.announced();
    const ids = new Set([...left, ...going].map(({ id }) => id));
    const past = await this.generations.ask<{ id: string; bytes: number }>(pastSql, []);
    for (const { id } of beyond(past, this.settings.asOfBytes)) ids.add(id);
    for (const id of unneeded) ids.add(id);
    await this.generations.drop([...ids], signal);
    for (const { id, state } of going) this.logger.log(`${id} was ${state} and is dropped`);
  }
}
