import type { LedgerEvent } from './event';

/** How many events of each type there are in a part of the ledger. */
export interface WindowCount {
  /** The last position that is counted. */
  readonly through: bigint;
  readonly types: Readonly<Record<string, number>>;
}

type Heard = Pick<LedgerEvent, 'position' | 'type'>;

/** With events that come behind it; those that it has already count once. */
export const withEvents = (
  count: WindowCount,
  events: readonly Heard[],
  wanted: ReadonlySet<string>,
): WindowCount => {
  const types: Record<string, number> = { ...count.types };
  let { through } = count;
  for (const { position, type } of events) {
    if (BigInt(position) <= through) continue;
    through = BigInt(position);
    if (wanted.has(type)) types[type] = (types[type] ?? 0) + 1;
  }
  return { through, types };
};

/** Without those that have become too old for it. */
export const without = (
  { through, types }: WindowCount,
  gone: Readonly<Record<string, number>>,
): WindowCount => ({
  through,
  types: Object.fromEntries(
    Object.entries(types).map(([type, events]) => [type, events - (gone[type] ?? 0)]),
  ),
});
