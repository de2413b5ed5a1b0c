import { eventMessage } from '../kafka/event-message';
import type { Bell } from '../pacing/bell';
import { unlessStopped } from '../pacing/patience';
import type { OutgoingMessage, TopicPublisher } from '../kafka/topic-publisher';
import type { LedgerReader } from '../ledger/ledger-reader';
import type { EventRow } from '../ledger/stored-event';
import { partitionOf } from '../projector/partition';
import type { Origins } from '../telemetry/origins';
import type { Place, RelayPlace } from './relay-place';
import type { SendSpans } from './send-spans';

/** Events of one send. */
export const mostEvents = 1_000;
/** Data of one send; with the headers of a thousand events it stays below the brokers' 1 MiB. */
const mostBytes = 500_000;
/** A look without being told: only in case a notification was lost. */
const lookMilliseconds = 1_000;
/** For the send under way when the relay stops; what is not acknowledged by then is sent again. */
const lastSendMilliseconds = 3_000;

interface Reading {
  readonly rows: EventRow[];
  readonly origins: Origins | null;
  readonly heard: number;
}

interface Send {
  readonly messages: OutgoingMessage[];
  /** Where the relay is when they are on the topic. */
  readonly place: Place;
}

/** The messages of some events, in their order, each naming the one before it in its partition. */
export const sendOf = (rows: readonly EventRow[], { position, last: before }: Place): Send => {
  const last = [...before];
  const messages = rows.map((row) => {
    const partition = partitionOf(row.stream, last.length);
    const message = eventMessage(row, partition, last[partition] ?? 0n);
    last[partition] = BigInt(row.position);
    return message;
  });
  return { messages, place: { position: BigInt(rows.at(-1)?.position ?? position), last } };
};

/**
 * Publishes the ledger from one place on: a send at a time, and after each the place. Reading ahead
 * and storing the place go on beside the send; what a crash leaves sent but not stored is sent twice,
 * and dropped by whoever consumes it.
 */
export class Publication {
  /** Events sent so far. */
  sent = 0;

  constructor(
    private readonly reader: Pick<LedgerReader, 'rowsAfter'>,
    private readonly publisher: Pick<TopicPublisher, 'publish'>,
    private readonly place: Pick<RelayPlace, 'advance' | 'confirm'>,
    private readonly bell: Bell,
    /** Events of a send at first; it grows while sends succeed. */
    public limit: number,
    /** Where sends are traced. */
    private readonly spans: SendSpans | null = null,
  ) {}

  /** Goes on until `signal` is aborted. @throws what publisher, place or ledger throw. */
  async run(from: Place, signal: AbortSignal): Promise<void> {
    let place = from;
    let storing = Promise.resolve();
    let reading = this.read(place);
    while (!signal.aborted) {
      const { rows, origins, heard } = await reading;
      if (rows.length === 0) {
        await storing;
        await this.bell.beyond(heard, lookMilliseconds, signal);
        if (this.bell.count === heard) await this.place.confirm(place); // nothing else would tell
        reading = this.read(place);
        continue;
      }
      const send = sendOf(rows, place);
      reading = this.read(send.place);
      const sending = origins && this.spans?.begin(send.messages, origins);
      const publishing = this.publisher.publish(send.messages);
      if (sending) sending.endWith(publishing);
      await Promise.all([unlessStopped(signal, lastSendMilliseconds, publishing), storing]);
      this.limit = Math.min(mostEvents, 2 * this.limit);
      this.sent += rows.length;
      storing = this.place.advance(place, send.place);
      storing.catch(() => undefined); // awaited before the next is stored
      place = send.place;
    }
    await storing;
  }

  private read({ position }: Place): Promise<Reading> {
    const heard = this.bell.count;
    const reading = this.reader
      .rowsAfter(position, this.limit, mostBytes)
      .then(async (rows) => ({ rows, heard, origins: await this.originsOf(rows) }));
    reading.catch(() => undefined); // awaited when its turn comes
    return reading;
  }

  private originsOf(rows: readonly EventRow[]): Promise<Origins> | null {
    const [first] = rows;
    const last = rows.at(-1);
    if (this.spans === null || first === undefined || last === undefined) return null;
    return this.spans.originsBetween(BigInt(first.position), BigInt(last.position));
  }
}
