import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { DATABASE_URL } from '../../database/database.tokens';
import { listen } from '../../database/listener';
import { Bell } from '../../pacing/bell';

/** However often the ledger grows, tails look at it this often at most. */
const quietMilliseconds = 20;

/** Strikes when the ledger has grown: one connection, opened for the first tail, listens for all of them. */
@Injectable()
export class LedgerBell implements OnApplicationShutdown {
  private readonly bell = new Bell();
  private quiet: NodeJS.Timeout | undefined;
  private deafen: (() => Promise<void>) | undefined;

  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

  async onApplicationShutdown(): Promise<void> {
    clearTimeout(this.quiet);
    await this.deafen?.();
  }

  /** To be taken before the ledger is read, so that nothing recorded meanwhile is missed. */
  get count(): number {
    this.deafen ??= listen(this.url, 'ledger', () => {
      this.quiet ??= setTimeout(() => {
        this.quiet = undefined;
        this.bell.strike();
      }, quietMilliseconds);
    });
    return this.bell.count;
  }

  /** Resolves once the ledger grew after `count` was taken, or after a time, or on `signal`. */
  beyond(count: number, milliseconds: number, signal: AbortSignal): Promise<void> {
    return this.bell.beyond(count, milliseconds, signal);
  }
}
