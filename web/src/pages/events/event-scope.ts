import type { Parameters } from '../../api/address';

type Query = Readonly<Record<string, string>>;

/** What the page's address says about which events: names as the API has them, and `at` for a position. */
const names = ['at', 'since', 'types', 'streams', 'deployments'] as const;

/** Whether somebody asked for some events, instead of whatever comes. */
export const isBrowsing = (query: Query): boolean =>
  names.some((name) => query[name] !== undefined);

export const noScope: Parameters = Object.fromEntries(names.map((name) => [name, null]));

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
