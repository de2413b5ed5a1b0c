import { duration } from '../../format/durations';
import { plural } from '../../format/numbers';

/** How far something is behind the ledger: events, and the age of the oldest of them. */
export const lagText = (lag: { readonly events: number; readonly seconds: number }): string =>
  lag.events === 0 ? 'none' : `${plural(lag.events, 'event')} · ${duration(lag.seconds * 1_000)}`;
