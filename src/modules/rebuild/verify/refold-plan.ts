import { escapeLiteral } from 'pg';
import { idOfStream } from '../../../events/event-metadata';
import type { Projection } from '../../../projections/projection';
import { standingTables } from '../../proof/read-models/refolding';
import type { ModelStanding, StandingTable } from '../../proof/read-models/refolding';
import type { Share } from '../../proof/read-models/slice';
import type { Snapshot } from '../../database/snapshot';
import type { Verification } from './verification.schemas';

/** How much is folded once more at most. */
export interface RefoldBounds {
  /** Events, where everything is folded, or all events of some streams. */
  readonly folded: number;
  /** Rows, where everything is folded: an event may make many. */
  readonly rows: number;
  /** Events that are read for the sake of some rows of sums that are no stream's; about how many rows. */
  readonly read: number;
  readonly keys: number;
}

/** A few seconds of work beside that of serving others; a rollback's proof folds as many events. */
export const refoldBounds: RefoldBounds = {
  folded: 10_000,
  rows: 100_000,
  read: 500_000,
  keys: 20_000,
};

/** What is folded once more to prove a generation, and which events that takes. */
export interface RefoldPlan {
  readonly of: Verification['refolded']['of'];
  readonly shares: readonly Share<StandingTable>[];
  /** On an event `e`. */
  readonly condition: string;
  /** That are read for it: about. */
  readonly events: number;
}

/** What a generation has to account for: how large it is says how much of it is folded. */
export interface Extent {
  /** Events of its streams or types, those that count for nothing included. */
  readonly events: number;
  /** Names the history, and so the sample that is taken of it. */
  readonly ledgerHash: string;
  readonly bounds: RefoldBounds;
}

const all = { index: 0, count: 1 };

const listed = (texts: Iterable<string>): string => [...texts].map(escapeLiteral).join(', ');

/** The events that may change rows; where any work is void, those that tell of their streams that they began so as well. */
const concerningSql = (projection: Projection, { model }: ModelStanding): string => {
  if (projection.kind === 'entity') {
    return `starts_with(e.stream, ${escapeLiteral(`${projection.category}-`)})`;
  }
  const types = `e.type in (${listed(Object.keys(projection.contributes))})`;
  return model.voidings.any ? `(${types} or e.version = 1)` : types;
};

/** Streams of a category ($1) in an order that a number ($2) gives, until they have so many events ($3). */
const sampleSql = `
select stream from (
  select stream, sum(events) over (order by hashtextextended(stream, $2::bigint), stream) - events as before
  from (
    select stream, count(*) as events from ledger.events where starts_with(stream, $1) group by stream
  ) counted
) ordered where before < $3`;

const streamsOf = async (
  snapshot: Snapshot,
  category: string,
  { ledgerHash, bounds }: Extent,
): Promise<string[]> => {
  const seed = BigInt.asIntN(64, BigInt(`0x${ledgerHash.slice(0, 16)}`));
  const rows = await snapshot.ask<{ stream: string }>(sampleSql, [
    `${category}-`,
    seed,
    bounds.folded,
  ]);
  return rows.map(({ stream }) => stream);
};

/** Whose rows each belong to one stream, and by which column. */
const ownersOf = (projection: Projection): { category: string; id: string } | undefined =>
  projection.kind === 'entity'
    ? { category: projection.category, id: projection.key }
    : projection.ofStream;

/**
 * Everything, where that is little; of rows that belong to streams those of some streams, whose events
 * alone are read; of others some rows, for which all events have to be read, as long as they are not
 * too many.
 */
export const refoldPlan = async (
  snapshot: Snapshot,
  projection: Projection,
  standing: ModelStanding,
  extent: Extent,
): Promise<RefoldPlan> => {
  const { bounds } = extent;
  const tables = standingTables(standing);
  const [own] = tables;
  const concerning = concerningSql(projection, standing);
  const isShort = extent.events <= bounds.folded;
  if (own === undefined || (isShort && own.rows <= bounds.rows)) {
    const shares = tables.map((table) => ({ table, slice: all }));
    return { of: 'everything', shares, condition: concerning, events: extent.events };
  }
  const owners = ownersOf(projection);
  if (owners !== undefined && !isShort) {
    const streams = await streamsOf(snapshot, owners.category, extent);
    const ids = new Set(streams.map((stream) => idOfStream(stream, owners.category)));
    const column = own.columns.findIndex(({ name }) => name === owners.id);
    const shares = [{ table: own, slice: all, sample: { column, ids } }];
    const condition = `e.stream in (${listed(streams)})`;
    return { of: 'streams', shares, condition, events: bounds.folded };
  }
  if (extent.events > bounds.read) {
    return { of: 'nothing', shares: [], condition: 'false', events: 0 };
  }
  const count = Math.max(1, Math.ceil(own.rows / bounds.keys));
  const shares = [{ table: own, slice: { index: 0, count } }];
  return { of: 'keys', shares, condition: concerning, events: extent.events };
};
