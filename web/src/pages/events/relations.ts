import type { LedgerEvent } from '../../live/event';

export interface Relations {
  /** The nearest first, back to where it began. */
  readonly causes: readonly LedgerEvent[];
  /** Direct ones, and theirs. */
  readonly effects: readonly LedgerEvent[];
  /** Others of the same request. */
  readonly companions: readonly LedgerEvent[];
}

/** How `event` is related to those of `nearby`, which are in the order of the ledger. */
export const relationsOf = (event: LedgerEvent, nearby: readonly LedgerEvent[]): Relations => {
  const byId = new Map(nearby.map((one) => [one.eventId, one]));
  const causes: LedgerEvent[] = [];
  for (let cause = event.causationId; cause !== null;) {
    const found = byId.get(cause);
    if (found === undefined || causes.includes(found)) break;
    causes.push(found);
    cause = found.causationId;
  }
  const caused = new Set([event.eventId]);
  const effects = nearby.filter(({ eventId, causationId }) => {
    if (causationId === null || !caused.has(causationId)) return false;
    caused.add(eventId);
    return true;
  });
  const told = new Set([event.eventId, ...[...causes, ...effects].map(({ eventId }) => eventId)]);
  const companions = nearby.filter(
    ({ correlationId, eventId }) => correlationId === event.correlationId && !told.has(eventId),
  );
  return { causes, effects, companions };
};
