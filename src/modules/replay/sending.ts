import { replayedMessage } from '../kafka/event-message';
import { unlessStopped } from '../pacing/patience';
import type { TopicPublisher } from '../kafka/topic-publisher';
import type { Pacer } from '../pacing/pacer';
import { pause } from '../pacing/pause';
import type { EventLog, Found, Names } from '../reading/events/event-log';
import { mostEvents, sendOf } from '../relay/publication';
import type { OpenSpan } from '../telemetry/tracing';
import type { ReplayPlace, ReplayPlaces } from './replay-places';
import { publishWithin } from './replay-spans';

/** Data of one send; with the headers of a thousand events it stays below the brokers' 1 MiB. */
const mostBytes = 500_000;
/** For the send under way when the replay is stopped; what is not acknowledged by then is sent again. */
const lastSendMilliseconds = 3_000;

/**
 * Sends the rest of a replay from one place on: a send at a time, and after each the place. What a
 * crash leaves sent but not stored is sent twice.
 */
export class Sending {
  /** Events sent so far. */
  sent = 0;
  /** Events of the last send that was begun. */
  attempted = 0;

  constructor(
    private readonly replay: { readonly replayId: string; readonly names: Names },
    private readonly log: Pick<EventLog, 'page'>,
    private readonly publisher: Pick<TopicPublisher, 'publish'>,
    private readonly places: Pick<ReplayPlaces, 'advance'>,
    private readonly pacer: Pacer,
    /** Events of a send at first; it grows while sends succeed. */
    public limit: number,
    /** That of the replay, where it is traced. */
    private readonly span?: OpenSpan,
  ) {}

  /**
   * Goes on to the end of the scope or until `signal` is aborted, and tells where it is then.
   *
   * @throws what publisher, places or log throw.
   */
  async run(from: ReplayPlace, signal: AbortSignal): Promise<ReplayPlace> {
    let place = from;
    let reading = this.read(place);
    while (!signal.aborted && place.position < place.end) {
      const found = await reading;
      const next = await this.send(found, place, signal, (after) => {
        reading = this.read(after);
      });
      if (next === null) break;
      await this.places.advance(this.replay.replayId, place, next);
      place = next;
    }
    return place;
  }

  /** Where it is when they are on the topic; null if they are not to be sent any more. */
  private async send(
    { events, through }: Found,
    place: ReplayPlace,
    signal: AbortSignal,
    begun: (place: ReplayPlace) => void,
  ): Promise<ReplayPlace | null> {
    const { messages, place: after } = sendOf(events, place);
    const lastSent = events.length === 0 ? place.lastSent : after.position;
    const sent = place.sent + BigInt(events.length);
    const next = { ...place, position: through, last: after.last, lastSent, sent };
    begun(next); // reading ahead goes on beside the send
    if (events.length === 0) return next;
    const delay = this.pacer.delay(events.length);
    if (delay > 0) await pause(delay, signal);
    if (signal.aborted) return null;
    this.attempted = events.length;
    const marked = messages.map((message) => replayedMessage(message, this.replay.replayId));
    const publishing = publishWithin(this.span, this.publisher, marked);
    await unlessStopped(signal, lastSendMilliseconds, publishing);
    this.limit = Math.min(this.pacer.portion(mostEvents), 2 * this.limit);
    this.sent += events.length;
    return next;
  }

  private read({ position: after, end }: ReplayPlace): Promise<Found> {
    const { names } = this.replay;
    const reading = this.log.page(names, { after, end, limit: this.limit, bytes: mostBytes });
    reading.catch(() => undefined); // awaited when its turn comes
    return reading;
  }
}
