import { computed, signal } from '@preact/signals';
import type { Parameters } from '../api/address';
import { address } from '../api/address';
import { decoded } from './decoded';

/*
 * The page's address is behind the `#`: it is nobody's but the browser's, never sent, never logged,
 * and needs no help from the server or a proxy.
 */

export interface Route {
  /** First part of the address. */
  readonly page: string;
  /** What comes behind it: an id, decoded. */
  readonly id: string | null;
  readonly query: Readonly<Record<string, string>>;
}

const routeOf = (hash: string): Route => {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', ...rest] = path.split('/');
  return {
    page: page === '' ? 'overview' : page,
    id: rest.length === 0 ? null : decoded(rest.join('/')),
    query: Object.fromEntries(new URLSearchParams(search)),
  };
};

export const route = signal<Route>(routeOf(location.hash));

addEventListener('hashchange', () => {
  route.value = routeOf(location.hash);
});

/** A past moment that every page shows, as the address has it; null for now. */
export const asOf = computed(() => {
  const { asOf: moment = '' } = route.value.query;
  return moment === '' ? null : moment;
});

/** The address of a page, of the same moment as this one unless told otherwise. */
export const link = (page: string, id: string | null = null, query: Parameters = {}): string => {
  const path = id === null ? `#/${page}` : `#/${page}/${encodeURIComponent(id)}`;
  return address(path, { asOf: asOf.value, ...query });
};

/** Goes to this page with other parameters; without leaving a step behind where `replace`. */
export const setQuery = (changes: Parameters, replace = false): void => {
  const { page, id, query } = route.value;
  const target = link(page, id, { ...query, ...changes });
  if (replace) {
    history.replaceState(null, '', target);
    route.value = routeOf(target);
  } else {
    location.hash = target;
  }
};
