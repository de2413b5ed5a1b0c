import type { Parameters } from '../../api/address';
import type { LedgerEvent } from '../../live/event';
import { isPosition } from '../../time/moment-text';

type Query = Readonly<Record<string, string>>;

/** What the page's address says about which events: names as the API has them, and `at` for a position. */
const names = ['at', 'since', 'until', 'types', 'streams', 'deployments'] as const;

/** Whether somebody asked for some events, instead of whatever comes. */
export const isBrowsing = (query: Query): boolean =>
  names.some((name) => query[name] !== undefined);

export const noScope: Parameters = Object.fromEntries(names.map((name) => [name, null]));

/**
 * Where the page before begins that begins with `first`, some positions back. Where these hold nothing that
 * is asked for, `first` stays what it was: it goes on from where this page was asked to begin, `at`.
 */
export const earlierThan = (first: string, by: number, at?: string): string => {
  const asked = at !== undefined && isPosition(at) ? BigInt(at) : null;
  const from = asked !== null && asked < BigInt(first) ? asked : BigInt(first);
  const start = from - BigInt(by);
  return String(start < 1n ? 1n : start);
};

/** The earlier end of what is asked for: its own, or the past moment that is shown; neither where it has none. */
const earlierEnd = (until: string | undefined, moment: string | null): Parameters => {
  if (until === undefined) return {};
  const isBehind = moment !== null && !isPosition(moment) && Date.parse(until) > Date.parse(moment);
  return { until: isBehind ? moment : until };
};

/** Whether an event was recorded by the moment that is shown. */
export const isKnown = (
  { position, recordedAt }: Pick<LedgerEvent, 'position' | 'recordedAt'>,
  moment: string | null,
): boolean => {
  if (moment === null) return true;
  return isPosition(moment)
    ? BigInt(position) <= BigInt(moment)
    : Date.parse(recordedAt) < Date.parse(moment);
};

/** The scope for the API at a past `moment` or now; `from` is where to begin when nothing else says so. */
export const scopeOf = (query: Query, from: string | null, moment: string | null): Parameters => {
  const { at, since, until, types, streams, deployments } = query;
  const isBounded = [at, since, until, streams].some((bound) => bound !== undefined);
  return {
    ...earlierEnd(until, moment),
    ...(at === undefined ? {} : { fromPosition: at }),
    ...(isBounded || from === null ? {} : { fromPosition: from }),
    since,
    types,
    streams,
    deployments,
  };
};
