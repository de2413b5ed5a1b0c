import { Injectable } from '@nestjs/common';
import { Opening } from '../../personal/opening';
import { EventLog } from './event-log';
import type { Found, Names } from './event-log';
import { eventMessage } from './event-text';
import { LedgerBell } from './ledger-bell';

/** What a tail holds at most while its reader is slow. */
const pageEvents = 250;
const pageBytes = 256 * 1024;

const heartbeatMilliseconds = 15_000;

/** Where a tail begins. */
export interface Beginning {
  readonly after: bigint;
  /** Whether its reader asked for that place; else it is told it, to come back to. */
  readonly isNamed: boolean;
}

/** What there was, and the end of the ledger just before it was looked for. */
type Look = Found & { readonly end: bigint };

/** Follows the ledger as it grows, as the text of server-sent events. */
@Injectable()
export class EventTail {
  private readonly underWay = new Map<string, Promise<Look>>();

  constructor(
    private readonly log: EventLog,
    private readonly bell: LedgerBell,
    private readonly opening: Opening,
  ) {}

  /**
   * Every event behind `after` that `names` let through, once and in order, until `signal` is
   * aborted; a comment whenever there was nothing to say for a while. The next page is read when the
   * one before it is on its way, so a slow reader holds one page and no connection.
   */
  async *follow(
    names: Names,
    { after, isNamed }: Beginning,
    signal: AbortSignal,
  ): AsyncGenerator<string> {
    // It lets the headers go out, though there may be no event for long. An id by itself is no event: it is
    // what a reader sends that is cut off before it has heard of any.
    yield `: behind ${after}\n${isNamed ? '' : `id: ${after}\n`}\n`;
    let at = after;
    let spoke = performance.now();
    while (!signal.aborted) {
      const heard = this.bell.count;
      const { events, through, end } = await this.look(names, at, heard);
      at = through;
      if (events.length > 0) yield events.map(eventMessage).join('');
      else if (performance.now() - spoke >= heartbeatMilliseconds) yield ': heartbeat\n\n';
      else {
        if (at >= end) await this.bell.beyond(heard, this.silenceLeft(spoke), signal);
        continue;
      }
      spoke = performance.now();
    }
  }

  private silenceLeft(spoke: number): number {
    return Math.max(0, heartbeatMilliseconds - (performance.now() - spoke));
  }

  /**
   * Tails that stand at the same place, want the same and heard the same share one read: a read that
   * began before a strike of the bell may not have seen what it struck for.
   */
  private look(names: Names, after: bigint, heard: number): Promise<Look> {
    const place = JSON.stringify([names, String(after), heard]);
    const underWay = this.underWay.get(place);
    if (underWay !== undefined) return underWay;
    const look = this.read(names, after).finally(() => {
      this.underWay.delete(place);
    });
    this.underWay.set(place, look);
    return look;
  }

  private async read(names: Names, after: bigint): Promise<Look> {
    const end = await this.log.end();
    const part = { after, end, limit: pageEvents, bytes: pageBytes };
    const { events, through } = await this.log.look(names, part);
    return { end, through, events: await this.opening.texts(events) };
  }
}
