import { hash, randomBytes } from 'node:crypto';
import type { KeyName } from '../../events/sealed-value';
import { decrypt, encrypt, keyBytes } from './cipher';

/** The key of a person as it is stored: by itself it opens nothing. */
export interface WrappedKey {
  /** Names the master key that opens it. */
  readonly master: string;
  readonly wrapped: Buffer;
}

interface MasterKey {
  readonly id: string;
  readonly key: Buffer;
}

/** Its name says nothing of it. */
const idOf = (key: Buffer): string => hash('sha256', key, 'hex').slice(0, 16);

const boundTo = ({ subject, generation }: KeyName): string => `${subject}/${String(generation)}`;

/**
 * The keys that the keys of all persons are wrapped by, and that are not in the database: the first for
 * those that are made from now on, the others for those that were wrapped before.
 */
export class MasterKeys {
  private readonly known: readonly [MasterKey, ...MasterKey[]];

  /** @param secrets 32 bytes each, in base64. @throws Error where there is none. */
  constructor(secrets: readonly string[]) {
    const keys = secrets.map((secret) => Buffer.from(secret, 'base64'));
    const [first, ...others] = keys.map((key) => ({ id: idOf(key), key }));
    if (first === undefined) throw new Error('there is no master key');
    this.known = [first, ...others];
  }

  /** Of the one that keys are wrapped by. */
  get current(): string {
    return this.known[0].id;
  }

  get ids(): readonly string[] {
    return this.known.map(({ id }) => id);
  }

  /** A fresh key for a person. */
  make(name: KeyName): WrappedKey {
    return this.wrap(name, randomBytes(keyBytes));
  }

  wrap(name: KeyName, key: Buffer): WrappedKey {
    const [{ id, key: master }] = this.known;
    return { master: id, wrapped: encrypt(master, key, boundTo(name)) };
  }

  /** Null where the master key is not known here, or the key is not that person's. */
  unwrap(name: KeyName, { master, wrapped }: WrappedKey): Buffer | null {
    const known = this.known.find(({ id }) => id === master);
    return known === undefined ? null : decrypt(known.key, wrapped, boundTo(name));
  }
}
