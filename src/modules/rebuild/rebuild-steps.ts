import type { Ask } from '../database/ask';

export type Step =
  | 'create'
  | 'bulk-fold'
  | 'index'
  | 'catch-up'
  | 'join'
  | 'verify'
  | 'diff'
  | 'cut-over'
  | 'warm'
  | 'dropped';

type Detail = Readonly<Record<string, unknown>>;

/** A step of a rebuild, of one of its projections. */
export interface StepRow {
  readonly projection: string;
  readonly step: Step;
  readonly generation: string | null;
  readonly isDone: boolean;
  readonly detail: Detail | null;
}

/** The one pass over the ledger. */
export interface Pass {
  readonly through: bigint;
  readonly total: number;
}

const planSql = `
insert into ops.rebuilds (rebuild, through, total) values ($1, $2, $3)
on conflict (rebuild) do nothing`;

const passSql = `select through, total from ops.rebuilds where rebuild = $1`;

const resumeSql = `
update ops.rebuilds set fault = null, run_since = clock_timestamp(), run_from = 0, done = 0
where rebuild = $1`;

const advanceSql = `
update ops.rebuilds set done = $2, fault = null, moved_at = clock_timestamp() where rebuild = $1`;

const faultSql = `
update ops.rebuilds set fault = $2 where rebuild = $1 and fault is distinct from $2`;

const stepsSql = `
select projection, step, generation, ended_at is not null as "isDone", detail
from ops.rebuild_steps where rebuild = $1 order by began_at, step`;

const beginSql = `
insert into ops.rebuild_steps (rebuild, projection, step, generation) values ($1, $2, $3, $4)
on conflict (rebuild, projection, step) do update
set generation = excluded.generation`;

const endSql = `
update ops.rebuild_steps set ended_at = clock_timestamp(), detail = $4
where rebuild = $1 and projection = $2 and step = $3`;

const forgetSql = `delete from ops.rebuild_steps where rebuild = $1 and projection = $2`;

const noteSql = `
update ops.rebuild_steps set detail = $4
where rebuild = $1 and projection = $2 and step = $3 and ended_at is null`;

/**
 * The steps of one rebuild in `ops`. They are written on the session that holds the office, so that a
 * process which lost the office cannot end any.
 */
export class RebuildSteps {
  constructor(
    private readonly ask: Ask,
    private readonly rebuild: string,
  ) {}

  /** The same, written within a transaction. */
  within(ask: Ask): RebuildSteps {
    return new RebuildSteps(ask, this.rebuild);
  }

  /** Null before it is planned. */
  async pass(): Promise<Pass | null> {
    const [row] = await this.ask<{ through: string; total: string }>(passSql, [this.rebuild]);
    return row === undefined ? null : { through: BigInt(row.through), total: Number(row.total) };
  }

  async plan({ through, total }: Pass): Promise<void> {
    await this.ask(planSql, [this.rebuild, through, total]);
  }

  /** Says that its pass begins now. */
  async resume(): Promise<void> {
    await this.ask(resumeSql, [this.rebuild]);
  }

  async advance(done: number): Promise<void> {
    await this.ask(advanceSql, [this.rebuild, done]);
  }

  /** Says why it does not move; null once it does. */
  async report(fault: string | null): Promise<void> {
    await this.ask(faultSql, [this.rebuild, fault]);
  }

  async all(): Promise<StepRow[]> {
    const rows = await this.ask<Omit<StepRow, 'detail'> & { detail: string | null }>(stepsSql, [
      this.rebuild,
    ]);
    return rows.map((row) => ({
      ...row,
      detail: row.detail === null ? null : (JSON.parse(row.detail) as Detail),
    }));
  }

  /** Whether a step is done. */
  async isDone(projection: string, step: Step): Promise<boolean> {
    const rows = await this.all();
    return rows.some((row) => row.projection === projection && row.step === step && row.isDone);
  }

  async begin(projection: string, step: Step, generation: string): Promise<void> {
    await this.ask(beginSql, [this.rebuild, projection, step, generation]);
  }

  /** Of one projection none is done: it is begun anew. */
  async forget(projection: string): Promise<void> {
    await this.ask(forgetSql, [this.rebuild, projection]);
  }

  /** Says how far a step is that has not ended. */
  async note(projection: string, step: Step, detail: Detail): Promise<void> {
    await this.ask(noteSql, [this.rebuild, projection, step, JSON.stringify(detail)]);
  }

  async end(projection: string, step: Step, detail: Detail | null = null): Promise<void> {
    const text = detail === null ? null : JSON.stringify(detail);
    await this.ask(endSql, [this.rebuild, projection, step, text]);
  }
}
