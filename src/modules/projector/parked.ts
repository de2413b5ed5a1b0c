import type { ClientBase, QueryConfig } from 'pg';
import type { ParkedEvent, ParkedPlace } from '../../projections/parking-lot';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';
import { parkSql, parkedEventsSql, unparkSql } from './parked.sql';

type ParkedRow = EventRow & {
  readonly generation: string;
  readonly cause: string | null;
  readonly skipped: boolean;
};

/**
 * What each generation has parked of some streams, in order of position: all of `ordered` ones; of others
 * what is left out, and the first that waits, for that one says that the next waits as well.
 */
export const parkedOf = async (
  client: ClientBase,
  generations: readonly string[],
  streams: readonly string[],
  ordered: readonly string[],
): Promise<Map<string, ParkedEvent[]>> => {
  const { rows } = await client.query<ParkedRow>({
    name: 'parked-events',
    text: parkedEventsSql,
    values: [generations, streams, ordered],
  });
  const found = new Map<string, ParkedEvent[]>();
  for (const row of rows) {
    const { generation, cause, skipped } = row;
    const parked = { event: storedEvent(row), cause, isSkipped: skipped };
    const others = found.get(generation);
    if (others === undefined) found.set(generation, [parked]);
    else others.push(parked);
  }
  return found;
};

/** Places that are written by one statement, at most: a text of all of them can be longer than any may be. */
const portionPlaces = 5_000;

/** The statements that write what has changed of a generation's parked events, each made when it is asked for. */
export function* parkingWrites(
  generation: string,
  { parked, gone }: { readonly parked: readonly ParkedPlace[]; readonly gone: readonly bigint[] },
): Generator<QueryConfig> {
  for (let from = 0; from < gone.length; from += portionPlaces) {
    yield { text: unparkSql, values: [generation, gone.slice(from, from + portionPlaces)] };
  }
  for (let from = 0; from < parked.length; from += portionPlaces) {
    const places = parked
      .slice(from, from + portionPlaces)
      .map(({ position, stream, cause, isSkipped }) => ({
        position: String(position),
        stream,
        cause,
        skipped: isSkipped,
      }));
    yield { text: parkSql, values: [generation, JSON.stringify(places)] };
  }
}
