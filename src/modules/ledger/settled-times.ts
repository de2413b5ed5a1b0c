import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { isRefusal } from '../database/outage';
import { LedgerReader } from './ledger-reader';
import { LedgerUnavailable } from './ledger-unavailable';

/*
 * No commit gets a time before the head's: one that was judged earlier finds the head's time later than
 * its own, and is judged again. So moving that time on closes what lies before it. A head that somebody
 * holds is left to them: what they write moves it on, too.
 */
const settleSql = `
with free as (select from ledger.head where recorded_at < $1::timestamptz for update skip locked)
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
   * at once where the database only reads, for then nothing is recorded at all.
   *
   * @throws LedgerUnavailable while one commit takes longer than 5 s, or the database is away.
   */
  async settle(time: string): Promise<void> {
    const deadline = performance.now() + patienceMilliseconds;
    try {
      while (!(await this.isSettled(time))) {
        if (performance.now() > deadline) {
          throw new LedgerUnavailable(`what is recorded before ${time} is still being written`);
        }
        await pause(lookMilliseconds);
      }
    } catch (error) {
      if (!isRefusal((error as Error).cause)) throw error;
    }
  }

  private async isSettled(time: string): Promise<boolean> {
    await this.reader.ask({ name: 'settle', text: settleSql, values: [time] });
    const [head] = await this.reader.ask<{ isSettled: boolean }>({
      ...{ name: 'is-settled', text: isSettledSql, values: [time] },
    });
    return head?.isSettled ?? true;
  }
}
