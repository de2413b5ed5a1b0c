import type { Projection } from '../../../projections/projection';
import type { Snapshot } from '../../database/snapshot';

interface ParkedRow {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly cause: string | null;
  readonly skipped: boolean;
}

const parkedSql = `
select p.position, p.stream, e.version, e.type, p.cause, p.skipped
from ops.parked p join ledger.events e on e.position = p.position
where p.generation = $1 order by p.position`;

/** What a generation says is not in its rows: they have to be what all other events make of them. */
export class Parked {
  private readonly waiting = new Map<bigint, ParkedRow>();
  private readonly skipped = new Set<bigint>();
  /** Streams of which the first event is left out, and so all. */
  private readonly withoutRow = new Set<string>();

  constructor(projection: Projection | undefined, rows: readonly ParkedRow[]) {
    for (const row of rows) {
      const position = BigInt(row.position);
      if (!row.skipped) this.waiting.set(position, row);
      else {
        this.skipped.add(position);
        if (projection?.kind === 'entity' && row.version === 1) this.withoutRow.add(row.stream);
      }
    }
  }

  static async of(
    snapshot: Snapshot,
    generation: string,
    projection: Projection | undefined,
  ): Promise<Parked> {
    return new Parked(projection, await snapshot.ask<ParkedRow>(parkedSql, [generation]));
  }

  /** How many events were given up for good. */
  get skippedCount(): number {
    return this.skipped.size;
  }

  /** Streams that have no row, for their first event is left out. */
  get rowless(): ReadonlySet<string> {
    return this.withoutRow;
  }

  /** How many events wait, by stream. */
  waitingByStream(): Map<string, number> {
    const counts = new Map<string, number>();
    for (const { stream } of this.waiting.values()) {
      counts.set(stream, (counts.get(stream) ?? 0) + 1);
    }
    return counts;
  }

  isWaiting(position: bigint): boolean {
    return this.waiting.has(position);
  }

  /** Whether an event that cannot be applied is to be passed over. */
  isLeftOut({ position, stream }: { readonly position: bigint; readonly stream: string }): boolean {
    return this.skipped.has(position) || this.withoutRow.has(stream);
  }

  /** What is missing from the rows and was not given up, in a sentence for each stream. */
  faults(): string[] {
    const streams = new Map<string, ParkedRow[]>();
    for (const row of this.waiting.values()) {
      const others = streams.get(row.stream);
      if (others === undefined) streams.set(row.stream, [row]);
      else others.push(row);
    }
    return [...streams].map(([stream, rows]) => {
      const first = rows.find(({ cause }) => cause !== null) ?? rows[0];
      const { length } = rows;
      const events = length === 1 ? 'an event is' : `${length} events are`;
      return `${events} parked of ${stream}, from ${first?.position ?? ''} on: ${first?.cause ?? ''}`;
    });
  }
}
