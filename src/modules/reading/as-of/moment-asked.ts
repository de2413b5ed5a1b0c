import { Injectable } from '@nestjs/common';
import { Problem } from '../../http/problem';
import { EventLog } from '../events/event-log';

/** A past moment as it is asked for: a position, or a canonical instant. */
export type AsOf = bigint | string;

const ahead = (what: string, end: bigint): Problem =>
  new Problem(400, 'moment-ahead', `asOf: ${what} lies ahead, the ledger ends at ${end}`);

/** Finds the position that a moment stands for. */
@Injectable()
export class MomentAsked {
  constructor(private readonly log: EventLog) {}

  /**
   * The position itself, or the last one that was recorded before a time.
   *
   * @throws Problem 400 for what lies ahead.
   */
  async positionOf(asOf: AsOf): Promise<bigint> {
    const end = await this.log.end();
    if (typeof asOf === 'bigint') {
      if (asOf > end) throw ahead(`position ${asOf}`, end);
      return asOf;
    }
    if (Date.parse(asOf) > Date.now()) throw ahead(asOf, end);
    return (await this.log.boundary(asOf)) - 1n;
  }
}
