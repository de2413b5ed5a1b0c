import { eventSchemas } from '../events';
import type { RecordedEvent } from '../events';
import { UnreadableEvent, decode } from '../events/codec';
import type { StoredEvent } from '../events/event-metadata';
import { withoutVoid } from '../events/voiding';
import type { IsVoid } from '../events/voiding';
import { FoldFault, leavesSunk, owns } from './fold';
import type { Projection } from './projection';

/** An event that is not in a generation's rows. */
export interface ParkedEvent {
  readonly event: StoredEvent;
  /** Why it cannot be applied; null where it waits behind another of its stream. */
  readonly cause: string | null;
  /** Left out for good, by an operator's word. */
  readonly isSkipped: boolean;
}

/** The same without the event itself. */
export interface ParkedPlace extends Omit<ParkedEvent, 'event'> {
  readonly position: bigint;
  readonly stream: string;
}

/** The rows of a generation, as events are folded into them one after the other. */
export interface Folding {
  /** @throws FoldFault where the event cannot be applied; nothing is changed then. */
  fold(event: RecordedEvent): void;
  /** Goes on behind an event that is left out. */
  passOver(event: StoredEvent): void;
  /** Adds what is left of a void event to totals. @throws FoldFault as `fold` does. */
  sink(event: RecordedEvent): void;
}

/** The types of events that say what is to become of parked ones. */
export const orderTypes = ['ParkedStreamRetried', 'ParkedEventsSkipped'] as const;

type Order = RecordedEvent<(typeof orderTypes)[number]>;

export const isOrder = ({ type }: Pick<StoredEvent, 'type'>): boolean =>
  (orderTypes as readonly string[]).includes(type);

/** What is to be done with parked events of a projection, where an event says so. */
export const orderIn = (event: StoredEvent): Order | null => {
  if (!isOrder(event)) return null;
  try {
    return decode(event) as Order;
  } catch {
    return null; // said by newer code, for newer code
  }
};

/**
 * Whether an event may change the rows of a projection. Of a type that this code does not know
 * nobody can say what totals it would add to.
 */
export const concerns = (
  projection: Projection,
  { type, stream }: Pick<StoredEvent, 'type' | 'stream'>,
): boolean =>
  projection.kind === 'entity'
    ? owns(projection, stream)
    : Object.hasOwn(projection.contributes, type) || !Object.hasOwn(eventSchemas, type);

/**
 * Decides for each event of a generation whether it is applied or parked:
 *
 *   applied (of one that is void, what is left of it)
 *   parked (it cannot be applied; of an entity also: it waits behind one of its stream that cannot)
 *     -> retried: applied, or parked again
 *     -> skipped: left out, and what waits behind it is retried
 *
 * The order of a stream matters to an entity, so all of it waits; sums have no order, so the event
 * waits alone. A skipped event that can be applied after all is applied: so it does not matter whether
 * a generation meets the event first or the word to skip it. An entity whose first event is skipped
 * has no row: all of its stream is left out.
 */
export class ParkingLot {
  private readonly before: ReadonlyMap<bigint, ParkedPlace>;
  /** By stream, in order of position. */
  private readonly waiting = new Map<string, ParkedEvent[]>();
  private waitingCount = 0;
  private readonly skipped = new Map<bigint, string>();
  private readonly withoutRow = new Set<string>();

  /**
   * @param parked what the generation has parked of the streams whose events will be taken, in order of
   * position. Of those that no word will name the first that waits stands for all that do.
   * @param isVoid whether an event counts no more.
   * @param hasMet whether an event of a stream that a word names was met by now: one that was, and does
   * not wait, is applied, and not to be left out any more.
   * @param read gives the current shape of an event. @throws UnreadableEvent as `decode` does.
   */
  constructor(
    readonly projection: Projection,
    private readonly folding: Folding,
    parked: readonly ParkedEvent[] = [],
    private readonly isVoid: IsVoid = () => false,
    private readonly hasMet: (stream: string, position: bigint) => boolean = () => false,
    private readonly read: (event: StoredEvent) => RecordedEvent = decode,
  ) {
    this.before = new Map(parked.map((one) => [one.event.position, placeOf(one)]));
    for (const { event, cause, isSkipped } of parked) {
      if (isSkipped) this.leaveOut(event);
      else this.park(event, cause);
    }
  }

  /** The next event by position. */
  take(event: StoredEvent): void {
    const order = orderIn(event);
    if (order?.data.projection === this.projection.name) this.obey(order);
    if (concerns(this.projection, event)) this.offer(event);
  }

  /** What is parked now that was not, or not so; and what no longer is. */
  changes(): { readonly parked: readonly ParkedPlace[]; readonly gone: readonly bigint[] } {
    const now = new Map<bigint, ParkedPlace>();
    for (const [position, stream] of this.skipped) {
      now.set(position, { position, stream, cause: null, isSkipped: true });
    }
    for (const one of [...this.waiting.values()].flat()) now.set(one.event.position, placeOf(one));
    const parked = [...now.values()].filter(
      (place) => !isSame(place, this.before.get(place.position)),
    );
    const gone = [...this.before.keys()].filter((position) => !now.has(position));
    return { parked, gone };
  }

  /** How many events wait. */
  get waits(): number {
    return this.waitingCount;
  }

  /** One that cannot be applied, and why; undefined where there is none. */
  get firstParked(): ParkedPlace | undefined {
    for (const events of this.waiting.values()) {
      const first = events.find(({ cause }) => cause !== null);
      if (first !== undefined) return placeOf(first);
    }
    return undefined;
  }

  private obey({ type, data }: Order): void {
    const again = this.waiting.get(data.stream) ?? [];
    this.waiting.delete(data.stream);
    this.waitingCount -= again.length;
    if (type === 'ParkedEventsSkipped') {
      const positions = new Set(data.positions.map(BigInt));
      for (const { event } of again) {
        if (positions.delete(event.position)) this.skipped.set(event.position, data.stream);
      }
      for (const position of positions) {
        if (!this.hasMet(data.stream, position)) this.skipped.set(position, data.stream);
      }
    }
    for (const { event } of again) this.offer(event);
  }

  private offer(event: StoredEvent): void {
    const { kind } = this.projection;
    if (kind === 'entity' && this.waiting.has(event.stream)) this.park(event, null);
    else {
      const fault = this.attempt(event);
      if (fault === null) this.unskip(event);
      else if (!this.isLeftOut(event)) this.park(event, fault);
      else {
        this.leaveOut(event);
        this.folding.passOver(event);
      }
    }
  }

  /** Why it could not be applied; null where it was. */
  private attempt(event: StoredEvent): string | null {
    try {
      if (this.isVoid(event)) this.passVoid(event);
      else this.folding.fold(withoutVoid(this.read(event), this.isVoid));
      return null;
    } catch (error) {
      if (error instanceof FoldFault || error instanceof UnreadableEvent) return error.message;
      throw error;
    }
  }

  private passVoid(event: StoredEvent): void {
    const { projection, folding } = this;
    const sinks = projection.kind === 'totals' && leavesSunk(projection, event.type);
    if (sinks) folding.sink(this.read(event));
    else folding.passOver(event);
  }

  private unskip(event: StoredEvent): void {
    // Most lots have skipped nothing, and a position may have to be read first.
    if (this.skipped.size > 0) this.skipped.delete(event.position);
  }

  private isLeftOut({ position, stream }: StoredEvent): boolean {
    return this.skipped.has(position) || this.withoutRow.has(stream);
  }

  private leaveOut({ position, stream, version }: StoredEvent): void {
    if (!this.withoutRow.has(stream)) this.skipped.set(position, stream);
    if (this.projection.kind === 'entity' && version === 1) this.withoutRow.add(stream);
  }

  private park(event: StoredEvent, cause: string | null): void {
    const others = this.waiting.get(event.stream);
    const parked = { event, cause, isSkipped: false };
    this.waitingCount += 1;
    if (others === undefined) this.waiting.set(event.stream, [parked]);
    else others.push(parked);
  }
}

const placeOf = ({ event, cause, isSkipped }: ParkedEvent): ParkedPlace => ({
  position: event.position,
  stream: event.stream,
  cause,
  isSkipped,
});

const isSame = (one: ParkedPlace, other: ParkedPlace | undefined): boolean =>
  other !== undefined && one.cause === other.cause && one.isSkipped === other.isSkipped;
