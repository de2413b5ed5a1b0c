import type { StoredEvent } from '../../events/event-metadata';
import { Voidings, isVoidableStream, nothingVoid } from '../../events/voiding';
import type { IsVoid, VoidingFact } from '../../events/voiding';
import type { Asking } from '../database/ask';
import { voidingsSql } from '../ledger/ledger.sql';

/** Streams of which it is remembered whether they began void. */
const rememberedAtMost = 100_000;

const firstsSql = `
select stream, position, deployment_id as "deploymentId" from ledger.events
where stream = any ($1::text[]) and version = 1`;

interface First {
  readonly stream: string;
  readonly position: string;
  readonly deploymentId: string;
}

/**
 * What was said of the work of deployments up to a position, all of it where none is given; `without` a
 * deployment, as if its work were void besides.
 */
export const voidingsAt = async (
  database: Asking,
  epoch: bigint | null,
  without: string | null = null,
): Promise<Voidings> => {
  if (epoch === 0n && without === null) return nothingVoid;
  const rows = await database.ask<Omit<VoidingFact, 'position'> & { position: string }>(
    voidingsSql,
  );
  return new Voidings(
    rows.map((row) => ({ ...row, position: BigInt(row.position) })),
    epoch,
    without,
  );
};

const nothing = (): boolean => false;

/**
 * Tells the void events of an epoch to whoever meets some of the ledger: how a stream began is looked up,
 * and only while any work is void.
 */
export class VoidWork {
  /** By stream, whether it began void. */
  private readonly known = new Map<string, boolean>();

  constructor(private readonly voidings: Voidings) {}

  get any(): boolean {
    return this.voidings.any;
  }

  /**
   * Whether an event is void, for the events given and those of the streams given.
   *
   * @param database the ledger's, where it has to be looked up.
   */
  async among(
    database: Asking,
    events: readonly StoredEvent[],
    streams: Iterable<string>,
  ): Promise<IsVoid> {
    const { voidings } = this;
    if (!voidings.any) return nothing;
    const asked = new Set([...events.map(({ stream }) => stream), ...streams]);
    for (const event of events) {
      if (event.version === 1) this.known.set(event.stream, voidings.covers(event));
    }
    const unknown = [...asked].filter((one) => isVoidableStream(one) && !this.known.has(one));
    if (unknown.length > 0) {
      for (const { position, ...first } of await database.ask<First>(firstsSql, [unknown])) {
        const covered = voidings.covers({ ...first, position: BigInt(position) });
        this.known.set(first.stream, covered);
      }
    }
    const begunVoid = new Set([...asked].filter((one) => this.known.get(one) === true));
    this.forget();
    return (event) => voidings.isVoid(event, begunVoid);
  }

  private forget(): void {
    // Not by a list of all: at the bound this follows every batch.
    for (const stream of this.known.keys()) {
      if (this.known.size <= rememberedAtMost) return;
      this.known.delete(stream);
    }
  }
}
