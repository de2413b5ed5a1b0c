import type { Parameters } from '../../api/address';

type Query = Readonly<Record<string, string>>;

/** What the page's address says about which events: names as the API has them, and `at` for a position. */
const names = ['at', 'since', 'types', 'streams', 'deployments'] as const;

/** Whether somebody asked for some events, instead of whatever comes. */
export const isBrowsing = (query: Query): boolean =>
  names.some((name) => query[name] !== undefined);

export const noScope: Parameters = Object.fromEntries(names.map((name) => [name, null]));

/**
 * Where the page before begins that begins with `first`, some positions back. Where these hold nothing that
 * is asked for, `first` stays what it was: it goes on from where this page was asked to begin, `at`.
 */
export const earlierThan = (first: string, at: string | undefined, by: number): string => {
  const asked = at !== undefined && /^\d+$/.test(at) ? BigInt(at) : null;
  const from = asked !== null && asked < BigInt(first) ? asked : BigInt(first);
  const start = from - BigInt(by);
  return String(start < 1n ? 1n : start);
};

/** The scope for the API; `from` is where to begin when nothing else says so. */
export const scopeOf = (query: Query, from: string | null): Parameters => {
  const { at, since, types, streams, deployments } = query;
  const isBounded = at !== undefined || since !== undefined || streams !== undefined;
  return {
    ...(at === undefined ? {} : { fromPosition: at }),
    ...(isBounded || from === null ? {} : { fromPosition: from }),
    ...{ since, types, streams, deployments },
  };
};
