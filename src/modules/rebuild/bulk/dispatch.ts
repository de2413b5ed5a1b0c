import type { StoredEvent } from '../../../events/event-metadata';
import { owns } from '../../../projections/fold';
import { concerns, isOrder } from '../../../projections/parking-lot';
import type { ParkingLot } from '../../../projections/parking-lot';

/** Offers each event to those of many lots that it may concern, without asking all of them. */
export class Dispatch {
  /** Of entities, by category. */
  private readonly owners = new Map<string, ParkingLot[]>();
  /** Of totals. */
  private readonly counters: readonly ParkingLot[];
  /** The same by the types that were met. */
  private readonly ofType = new Map<string, readonly ParkingLot[]>();

  constructor(private readonly lots: readonly ParkingLot[]) {
    for (const lot of lots) {
      if (lot.projection.kind === 'totals') continue;
      const { category } = lot.projection;
      this.owners.set(category, [...(this.owners.get(category) ?? []), lot]);
    }
    this.counters = lots.filter(({ projection }) => projection.kind === 'totals');
  }

  /** The next event by position. */
  take(event: StoredEvent): void {
    if (isOrder(event)) this.offer(this.lots, event);
    else {
      this.offer(this.countersOf(event), event);
      for (const [category, lots] of this.owners) {
        if (owns({ category }, event.stream)) this.offer(lots, event);
      }
    }
  }

  private offer(lots: readonly ParkingLot[], event: StoredEvent): void {
    for (const lot of lots) lot.take(event);
  }

  private countersOf(event: StoredEvent): readonly ParkingLot[] {
    const known = this.ofType.get(event.type);
    if (known !== undefined) return known;
    const counters = this.counters.filter(({ projection }) => concerns(projection, event));
    this.ofType.set(event.type, counters);
    return counters;
  }
}
