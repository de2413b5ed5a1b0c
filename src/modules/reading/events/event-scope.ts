import { lowestOf } from '../../ledger/lowest';
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
  const starts = [fromPosition - 1n];
  const ends: bigint[] = [];
  if (toPosition !== undefined) ends.push(toPosition);
  if (until !== undefined) ends.push((await log.boundary(until)) - 1n);
  if (since !== undefined) starts.push((await log.boundary(since)) - 1n);
  ends.push(await log.end()); // the last: what was being recorded before a time may have come meanwhile
  return {
    after: starts.reduce((high, next) => (next > high ? next : high)),
    end: lowestOf(ends),
  };
};

type Text = string | null | undefined;
type Texts = readonly string[] | null | undefined;

interface Written {
  readonly fromPosition?: Text;
  readonly toPosition?: Text;
  readonly since?: Text;
  readonly until?: Text;
  readonly streams?: Texts;
  readonly types?: Texts;
  readonly deployments?: Texts;
}

const position = (text: Text): bigint | undefined =>
  text === null || text === undefined ? undefined : BigInt(text);

const list = (names: Texts): string[] | undefined => (names ? [...names] : undefined);

/** The scope of a command or an event as readers of the ledger take it. */
export const eventScopeOf = (written: Written): EventScope => ({
  fromPosition: position(written.fromPosition),
  toPosition: position(written.toPosition),
  since: written.since ?? undefined,
  until: written.until ?? undefined,
  streams: list(written.streams),
  types: list(written.types),
  deployments: list(written.deployments),
});
