import type { LedgerEvent } from './event';

/** The last events of two lists, in the order of the ledger and each once, `atMost` of them. */
export const merged = (
  some: readonly LedgerEvent[],
  others: readonly LedgerEvent[],
  atMost: number,
): readonly LedgerEvent[] => {
  const byPosition = new Map([...some, ...others].map((event) => [event.position, event]));
  return [...byPosition.values()]
    .sort((one, other) => (BigInt(one.position) < BigInt(other.position) ? -1 : 1))
    .slice(-atMost);
};
