import type { KafkaMessage } from './event-message';
import type { MessagePlace } from './last-messages';

/** An event as a message names it. */
export interface NamedEvent {
  readonly position: string;
  readonly eventId: string;
}

/** The last of some events that are not in the ledger, and where that ends. */
export interface ForeignEvent {
  readonly position: string;
  readonly ledgerEnd: string;
}

/** The last one that the ledger does not have yet, or has another event in the place of. */
export const foreignSql = `
select named.position::text as position, head.position::text as "ledgerEnd"
from ledger.head head cross join unnest($1::bigint[], $2::text[]) as named (position, event_id)
where named.position > head.position
  or exists (select from ledger.events e where e.position = named.position and e.event_id::text <> named.event_id)
order by named.position desc limit 1`;

/** What a topic holds. */
interface Content {
  readonly kept: bigint;
  /** The last message of each partition that has one. */
  readonly ends: readonly MessagePlace[];
}

/** None where it is no message of ours. */
const namedBy = ({ headers = {} }: KafkaMessage): NamedEvent[] => {
  const text = (name: string): string => headers[name]?.toString() ?? '';
  const position = text('ce_position');
  return /^\d{1,18}$/.test(position) ? [{ position, eventId: text('ce_id') }] : [];
};

/**
 * Sees whether a topic is ahead of the ledger, as it is once that was restored from an older backup: other
 * events come to be at the positions of those that the ledger lost. The last message of each partition
 * tells. It is read where the topic has more than was sent to it, as after a crash, when the ledger has
 * those events: once, and again only where the ledger may have been put back meanwhile.
 */
export class TopicEnds {
  private isInDoubt = true;
  private sent = 0n;
  private foreign: ForeignEvent | null = null;

  constructor(
    private readonly read: (ends: readonly MessagePlace[]) => Promise<readonly KafkaMessage[]>,
    private readonly foreignOf: (named: readonly NamedEvent[]) => Promise<ForeignEvent | null>,
  ) {}

  /** The last event on the topic that was not in the ledger when it was last seen; null where none was. */
  get known(): ForeignEvent | null {
    return this.foreign;
  }

  /** The ledger may have been put back. */
  doubt(): void {
    this.isInDoubt = true;
  }

  /**
   * Looks again where there is doubt; `known` says what came of it.
   *
   * @param sent how many events were sent, at least, before it was looked what the topic holds.
   * @throws what reading and asking throw; then the doubt stays.
   */
  async compare(sent: bigint, { kept, ends }: Content): Promise<void> {
    if (sent < this.sent) this.isInDoubt = true;
    this.sent = sent;
    if (!this.isInDoubt) return;
    this.foreign = kept > sent ? await this.lastForeign(ends) : null;
    this.isInDoubt = this.foreign !== null;
  }

  private async lastForeign(ends: readonly MessagePlace[]): Promise<ForeignEvent | null> {
    const named = (await this.read(ends)).flatMap(namedBy);
    return named.length === 0 ? null : this.foreignOf(named);
  }
}
