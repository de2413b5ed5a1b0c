import type { EventScope } from '../event.schemas';
import type { EventLog, Names } from './event-log';

type Listed = { readonly [K in keyof Names]?: readonly string[] | undefined };

/** The names a scope asks for, in one order, however they were written. */
export const namesOf = ({ streams, types, deployments }: Listed): Names => ({
  streams: sorted(streams),
  types: sorted(types),
  deployments: sorted(deployments),
});

const sorted = (names: readonly string[] | undefined): readonly string[] | null =>
  names === undefined ? null : [...new Set(names)].sort();

/** The positions a scope lies between: behind `after`, up to and with `end`, as of now. */
export const boundsOf = async (
  log: EventLog,
  { fromPosition = 1n, toPosition, since, until }: EventScope,
): Promise<{ readonly after: bigint; readonly end: bigint }> => {
  const ends = [await log.end()];
  const starts = [fromPosition - 1n];
  if (toPosition !== undefined) ends.push(toPosition);
  if (until !== undefined) ends.push((await log.boundary(until)) - 1n);
  if (since !== undefined) starts.push((await log.boundary(since)) - 1n);
  return {
    after: starts.reduce((high, next) => (next > high ? next : high)),
    end: ends.reduce((low, next) => (next < low ? next : low)),
  };
};
