import type { ClientBase } from 'pg';

/** How far the ledger is on the topic. */
export interface Place {
  readonly position: bigint;
  /** By partition, the position of the last event sent to it; 0 where there is none. */
  readonly last: readonly bigint[];
}

const beginSql = `
insert into ops.relay (topic, position, last)
values ($1, 0, array_fill(0::bigint, array[$2::integer])) on conflict (topic) do nothing`;

const placeSql = `select position, last from ops.relay where topic = $1`;

const advanceSql = `
update ops.relay set position = $3, last = $4::bigint[], fault = null, moved_at = clock_timestamp()
where topic = $1 and position = $2`;

const faultSql = `
insert into ops.relay as r (topic, position, last, fault)
values ($1, 0, array_fill(0::bigint, array[$2::integer]), $3)
on conflict (topic) do update set fault = excluded.fault where r.fault is distinct from excluded.fault`;

/** The relay is no longer where this process believed: another process or a person moved it. */
class PlaceMoved extends Error {}

const moved = (position: bigint): PlaceMoved =>
  new PlaceMoved(`the relay does not stand at ${position} any more`);

/**
 * The relay's place in `ops.relay`. It is written on the session that holds the office, so that a
 * process which lost the office cannot move it, and only onward from where it was last seen.
 */
export class RelayPlace {
  constructor(
    private readonly session: ClientBase,
    private readonly topic: string,
    private readonly partitions: number,
  ) {}

  /** Where to go on: from the beginning for a topic that nothing was sent to. */
  async read(): Promise<Place> {
    await this.session.query(beginSql, [this.topic, this.partitions]);
    const { rows } = await this.session.query<{ position: string; last: string[] }>(placeSql, [
      this.topic,
    ]);
    const [row] = rows;
    if (row === undefined) throw new PlaceMoved('the relay has no place');
    return { position: BigInt(row.position), last: row.last.map(BigInt) };
  }

  /** @throws PlaceMoved if it does not stand at `place` any more. */
  async confirm({ position }: Place): Promise<void> {
    const { rows } = await this.session.query<{ position: string }>(placeSql, [this.topic]);
    if (rows[0]?.position !== String(position)) throw moved(position);
  }

  /** @throws PlaceMoved if it does not stand at `from` any more; then nothing is changed. */
  async advance(from: Place, to: Place): Promise<void> {
    const { rowCount } = await this.session.query({
      name: 'advance-relay',
      text: advanceSql,
      values: [this.topic, from.position, to.position, to.last],
    });
    if (rowCount !== 1) throw moved(from.position);
  }

  /** Says why nothing is published, for health everywhere; `null` takes it back. */
  async report(fault: string | null): Promise<void> {
    await this.session.query(faultSql, [this.topic, this.partitions, fault]);
  }
}
