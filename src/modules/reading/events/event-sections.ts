import { Injectable } from '@nestjs/common';
import type { EventRow } from '../../ledger/stored-event';
import { Problem } from '../../http/problem';
import { Opening } from '../../personal/opening';
import { cursorOf, placeOf } from '../cursor';
import type { Place } from '../cursor';
import type { EventCounts, EventScope, EventsQuery, StreamQuery } from '../event.schemas';
import { pageAtMost, pageDefault } from '../query-fields';
import { EventLog } from './event-log';
import type { Found, Part } from './event-log';
import { boundsOf, namesOf } from './event-scope';
import { eventText } from './event-text';

/** A part of the ledger, or of one stream: behind `after`, up to and with `end`. */
export interface Section {
  readonly after: bigint;
  readonly end: bigint;
  readonly limit: number | undefined;
  /** What a cursor is bound to. */
  readonly identity: unknown;
  readonly read: (part: Omit<Part, 'end'>) => Promise<Found>;
}

const isNumber = ([place, ...rest]: Place): boolean =>
  rest.length === 0 && /^\d{1,18}$/.test(place ?? '');

const startOf = (identity: unknown, cursor: string | undefined, start: bigint): bigint =>
  cursor === undefined ? start : BigInt(placeOf(identity, cursor, isNumber)[0] ?? 0);

/** Finds the sections that queries ask for. */
@Injectable()
export class EventSections {
  constructor(
    private readonly log: EventLog,
    private readonly opening: Opening,
  ) {}

  /** What of the ledger lies in a scope, as of now: what is recorded later lies behind its end. */
  async ofScope({ cursor, limit, sealed, ...scope }: EventsQuery): Promise<Section> {
    const names = namesOf(scope);
    const { fromPosition = 1n, toPosition = null, since = null, until = null } = scope;
    const identity = ['events', `${fromPosition}-${toPosition ?? ''}`, since, until, names];
    const { after, end } = await this.boundsOf(scope);
    return {
      after: startOf(identity, cursor, after),
      end,
      limit,
      identity,
      read: async (part) => this.shown(await this.log.page(names, { ...part, end }), sealed),
    };
  }

  /** The positions that a scope lies between, as of now: behind `after`, up to and with `end`. */
  boundsOf(scope: EventScope): Promise<{ readonly after: bigint; readonly end: bigint }> {
    return boundsOf(this.log, scope);
  }

  /** How much of the ledger lies in a scope, as of now. */
  async countsOf(scope: EventScope): Promise<EventCounts> {
    const bounds = await this.boundsOf(scope);
    const counts = [...(await this.log.counts(namesOf(scope), bounds))];
    return {
      fromPosition: String(bounds.after + 1n),
      toPosition: String(bounds.end),
      total: counts.reduce((sum, [, events]) => sum + events, 0),
      types: Object.fromEntries(counts.sort(([, left], [, right]) => right - left)),
    };
  }

  /**
   * The events of a stream, as of now; the end of the section is the stream's version.
   *
   * @throws Problem 404 for a stream that does not exist.
   */
  async ofStream(
    stream: string,
    { fromVersion = 1, cursor, limit, sealed }: StreamQuery,
  ): Promise<Section> {
    const identity = ['stream', stream, fromVersion];
    const after = startOf(identity, cursor, BigInt(fromVersion) - 1n);
    const end = BigInt(await this.log.version(stream));
    if (end === 0n) throw new Problem(404, 'stream-unknown', `there is no stream ${stream}`);
    const read: Section['read'] = async (part) =>
      this.shown(await this.log.ofStream(stream, { ...part, end }), sealed);
    return { after, end, limit, identity, read };
  }

  private async shown({ events, through }: Found, sealed = false): Promise<Found> {
    return { events: sealed ? events : await this.opening.texts(events), through };
  }
}

/** `"events":[...],"next":...` of a section's first page. */
export const pageText = async ({ read, after, end, limit, identity }: Section): Promise<string> => {
  const { events, through } = await read({ after, limit: limit ?? pageDefault });
  const next = through < end ? cursorOf(identity, [String(through)]) : null;
  return `"events":[${events.map(eventText).join(',')}],"next":${JSON.stringify(next)}`;
};

/** All of a section as JSON lines, a page at a time; between pages nothing is held. */
export async function* lineTexts({ read, after, end, limit }: Section): AsyncGenerator<string> {
  let left = limit ?? Infinity;
  for (let at = after; at < end && left > 0;) {
    const { events, through } = await read({ after: at, limit: Math.min(left, pageAtMost) });
    yield linesOf(events);
    left -= events.length;
    at = through;
  }
}

const linesOf = (events: readonly EventRow[]): string =>
  events.map((event) => `${eventText(event)}\n`).join('');
