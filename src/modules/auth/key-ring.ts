import { hash, timingSafeEqual } from 'node:crypto';
import type { KeySetting } from '../config/settings';
import type { Caller } from './access';

interface KnownKey {
  readonly digest: Buffer;
  readonly caller: Caller;
}

const digestOf = (secret: string): Buffer => hash('sha256', secret, 'buffer');

/** The keys that are valid. Only their digests are held, and compared in constant time. */
export class KeyRing {
  private readonly known: readonly KnownKey[];

  constructor(keys: readonly KeySetting[]) {
    this.known = keys.map(({ name, role, secret }) => ({
      digest: digestOf(secret),
      caller: { name, role },
    }));
  }

  /** Who holds `secret`; all keys are compared, whichever matches. */
  callerWith(secret: string): Caller | undefined {
    const digest = digestOf(secret);
    let caller: Caller | undefined;
    for (const key of this.known) if (timingSafeEqual(key.digest, digest)) caller = key.caller;
    return caller;
  }
}
