import { randomFillSync } from 'node:crypto';
import { v7 } from 'uuid';

const bytesEach = 16;

/** Asking the system for 16 bytes costs as much as for these: 6 us, a twentieth of a command. */
const pool = new Uint8Array(256 * bytesEach);
let used = pool.length;

const random = (): Uint8Array => {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  return pool.subarray(used, (used += bytesEach));
};

/** A fresh UUID v7 (RFC 9562, 5.7): its time to the millisecond, the rest random. */
export const newId = (): string => v7({ random: random() });
