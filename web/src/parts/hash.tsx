import { none } from '../format/numbers';

const shown = 12;

/** The beginning of a hash; the whole when pointed at. */
export const Hash = ({ hash }: { readonly hash: string | null }) =>
  hash === null ? <>{none}</> : <code title={hash}>{hash.slice(0, shown)}…</code>;
