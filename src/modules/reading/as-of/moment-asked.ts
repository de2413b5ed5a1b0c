import { Injectable } from '@nestjs/common';
import { malformed } from '../../http/faults';
import { Problem } from '../../http/problem';
import { EventLog } from '../events/event-log';

/** A past moment as it is asked for: a position, or a canonical instant. */
export type AsOf = bigint | string;

const isAhead = (asOf: AsOf, end: bigint): boolean =>
  typeof asOf === 'bigint' ? asOf > end : Date.parse(asOf) > Date.now();

const nameOf = (asOf: AsOf): string => (typeof asOf === 'bigint' ? `position ${asOf}` : asOf);

/** Finds the positions that moments stand for. */
@Injectable()
export class MomentAsked {
  constructor(private readonly log: EventLog) {}

  /**
   * Of each parameter the position itself, or the last one that was recorded before a time.
   *
   * @throws Problem 400 with every one that lies ahead.
   */
  async positionsOf<Name extends string>(
    moments: Readonly<Record<Name, AsOf>>,
  ): Promise<Record<Name, bigint>> {
    const end = await this.log.end();
    const named = Object.entries<AsOf>(moments);
    const errors = named
      .filter(([, asOf]) => isAhead(asOf, end))
      .map(([path, asOf]) => ({
        path,
        message: `${nameOf(asOf)} lies ahead, the ledger ends at ${end}`,
      }));
    if (errors.length > 0) {
      const detail = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
      throw new Problem(400, 'moment-ahead', detail, { errors });
    }
    const positions: [string, bigint][] = [];
    for (const [name, asOf] of named) positions.push([name, await this.positionOf(asOf)]);
    return Object.fromEntries(positions) as Record<Name, bigint>;
  }

  /**
   * The position of `asOf`, whose answer covers `minPosition`, too.
   *
   * @throws Problem 400 where it lies ahead, or before `minPosition`.
   */
  async covering(asOf: AsOf, minPosition: bigint | null): Promise<bigint> {
    const { asOf: position } = await this.positionsOf({ asOf });
    if (minPosition === null || minPosition <= position) return position;
    const message = `${minPosition} lies behind asOf, which is position ${position}: nothing as of then covers it, leave one of the two out`;
    throw malformed([{ path: 'minPosition', message }]);
  }

  private async positionOf(asOf: AsOf): Promise<bigint> {
    return typeof asOf === 'bigint' ? asOf : (await this.log.boundary(asOf)) - 1n;
  }
}
