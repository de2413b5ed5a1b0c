import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isReadOnly } from '../database/outage';
import { LedgerReader } from './ledger-reader';
import { LedgerUnavailable } from './ledger-unavailable';

/*
 * No commit gets a time before the head's: one that was judged earlier finds the head's time later than
 * its own, and is judged again. So moving that time on closes what lies before it. A head that somebody
 * holds is left to them: what they write moves it on, too. Whoever only asks moves it to no time that has
 * not come by the database's clock: a process whose clock is ahead would date all that is recorded after it.
 */
const settleSql = `
with free as (
  select from ledger.head where recorded_at < $1::timestamptz and $1::timestamptz <= clock_timestamp()
  for update skip locked
)
update ledger.head set recorded_at = $1::timestamptz from free where recorded_at < $1::timestamptz`;

const isSettledSql = `select recorded_at >= $1::timestamptz as "isSettled" from ledger.head`;

const patienceMilliseconds = 5_000;
const lookMilliseconds = 10;

/** Sees to it that what was recorded before a time stays what it is. */
@Injectable()
export class SettledTimes {
  constructor(private readonly reader: LedgerReader) {}

  /**
   * Resolves once nothing can be recorded before `time` any more, a canonical instant that has gone by;
   * at once where the database only reads: it tells what it has.
   *
   * @throws LedgerUnavailable while one commit takes longer than 5 s, or the time is further than that
   * ahead of the database's clock, or the database is away or takes nothing.
   */
  async settle(time: string): Promise<void> {
    const deadline = performance.now() + patienceMilliseconds;
    try {
      while (!(await this.isSettled(time))) {
        if (performance.now() > deadline) {
          throw new LedgerUnavailable(
            `what is recorded before ${time} is still being written, or the database's clock is behind it`,
          );
        }
        await pause(lookMilliseconds);
      }
    } catch (error) {
      if (!isReadOnly((error as Error).cause)) throw error;
    }
  }

  private async isSettled(time: string): Promise<boolean> {
    await this.reader.ask({ name: 'settle', text: settleSql, values: [time] });
    const [head] = await this.reader.ask<{ isSettled: boolean }>({
      name: 'is-settled',
      text: isSettledSql,
      values: [time],
    });
    return head?.isSettled ?? true;
  }
}
