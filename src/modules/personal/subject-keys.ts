import { Inject, Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { textOfKey } from '../../events/sealed-value';
import type { KeyName } from '../../events/sealed-value';
import { DATABASE_URL } from '../database/database.tokens';
import { listen } from '../database/listener';
import { Problem } from '../http/problem';
import { KeyTable, keysChannel } from './key-table';
import { MasterKeys } from './master-keys';
import { MASTER_KEYS } from './master-keys.token';

const keysInMemory = 10_000;

/**
 * The keys that new events are sealed by, kept in memory. One that is kept too long does no harm: whatever
 * is sealed by the key of somebody who is forgotten is refused by the ledger (`sealed-parts.ts`). That it
 * is gone from every memory soon after it is destroyed is what the bell is for.
 */
@Injectable()
export class SubjectKeys implements OnApplicationBootstrap, OnApplicationShutdown {
  private known = new Map<string, Buffer>();
  private deafen: () => Promise<void> = () => Promise.resolve();

  constructor(
    private readonly table: KeyTable,
    @Inject(MASTER_KEYS) private readonly masters: MasterKeys,
    @Inject(DATABASE_URL) private readonly url: string,
  ) {}

  onApplicationBootstrap(): void {
    this.deafen = listen(this.url, keysChannel, () => {
      this.clear();
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.deafen();
  }

  /** Some of them were destroyed. */
  clear(): void {
    this.known = new Map();
  }

  /** The key if it is in memory. */
  peek(name: KeyName): Buffer | undefined {
    return this.known.get(textOfKey(name));
  }

  /**
   * Brings a key to memory; it is made where there is none. Where keys were destroyed while this was asked it
   * may be one of them, and is not kept: whoever needs it asks again.
   *
   * @throws Problem 503 where it is wrapped by a master key that is not known here.
   */
  async load(name: KeyName): Promise<void> {
    const { known } = this;
    const wrapped = await this.table.ensured(name, this.masters.make(name));
    const key = this.masters.unwrap(name, wrapped);
    if (key === null) {
      const detail = `the key of ${name.subject} is wrapped by the master key ${wrapped.master}, which this server does not have`;
      throw new Problem(503, 'master-key-unknown', detail);
    }
    known.set(textOfKey(name), key);
    const oldest = known.keys().next();
    if (known.size > keysInMemory && oldest.done !== true) known.delete(oldest.value);
  }
}
