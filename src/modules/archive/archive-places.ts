import type { ClientBase } from 'pg';

const beginSql = `
insert into ops.archives (partition, started, position, run_from) values ($1, $2, $3, $3)
on conflict (partition) do update
set started = excluded.started, position = excluded.position, fault = null,
  run_since = clock_timestamp(), run_from = excluded.position`;

const advanceSql = `update ops.archives set position = $2, fault = null where partition = $1`;

const faultSql = `update ops.archives set fault = $2 where partition = $1 and fault is distinct from $2`;

/**
 * How far exports are, in `ops.archives`, for whoever asks: what is whole is told by the files. Written on
 * the session that holds the office, so that a process which lost the office tells nothing any more.
 */
export class ArchivePlaces {
  constructor(private readonly session: ClientBase) {}

  /** Says that it is worked on from now on, behind `position`. */
  async begin(partition: string, started: bigint, position: bigint): Promise<void> {
    await this.session.query(beginSql, [partition, started, position]);
  }

  async advance(partition: string, position: bigint): Promise<void> {
    await this.session.query(advanceSql, [partition, position]);
  }

  /** Says why it does not move for now. */
  async report(partition: string, fault: string): Promise<void> {
    await this.session.query(faultSql, [partition, fault]);
  }
}
