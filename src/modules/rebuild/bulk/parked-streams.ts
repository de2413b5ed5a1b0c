import type { LedgerLine } from './ledger-line';
import { owned } from './ledger-line';
import type { ParkedEvent } from '../../projector/parked';

type Held = { -readonly [Field in keyof ParkedEvent]: ParkedEvent[Field] };

/** What one generation could not apply. */
export class ParkedStreams {
  private readonly streams = new Map<string, Held>();
  private readonly events: Held[] = [];

  constructor(private readonly generation: string) {}

  get all(): readonly ParkedEvent[] {
    return this.events;
  }

  /** Whether an event is behind one that is parked: then it is held as well. */
  holds({ stream }: LedgerLine): boolean {
    if (this.streams.size === 0) return false;
    const held = this.streams.get(stream);
    if (held !== undefined) held.count += 1;
    return held !== undefined;
  }

  /** Parks an event, and with it what follows in its stream. */
  hold(event: LedgerLine, cause: string): void {
    const held = this.park(event, cause);
    this.streams.set(held.stream, held);
  }

  /** Parks an event by itself. */
  park({ stream, position, type }: LedgerLine, cause: string): Held {
    const { generation } = this;
    const held = { generation, stream: owned(stream), position, type, cause, count: 1 };
    this.events.push(held);
    return held;
  }
}
