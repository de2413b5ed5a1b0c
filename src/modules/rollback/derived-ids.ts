import { hash } from 'node:crypto';
import type { RecordedRebuilds } from '../rebuild/recorded-rebuilds';

/** As many characters as an id may have. */
const longest = 128;
/** Of SHA-256, in hexadecimal: 64 bits tell the ids of one ledger apart. */
const digits = 16;

/**
 * The id of a rebuild that a rollback begins, by which whoever goes on finds it again. Those that were begun
 * when too long an id was merely cut, and so might be another rollback's, keep theirs.
 */
export const rebuildIdOf = async (
  rebuilds: Pick<RecordedRebuilds, 'find'>,
  prefix: string,
  rollbackId: string,
): Promise<string> => {
  const whole = `${prefix}${rollbackId}`;
  if (whole.length <= longest) return whole;
  const cut = whole.slice(0, longest);
  const found = await rebuilds.find(cut);
  if (found?.started.correlationId === rollbackId) return cut;
  // The same for the same id, and another for any other: the hash stands for what is cut off.
  const told = hash('sha256', whole, 'hex').slice(0, digits);
  return `${whole.slice(0, longest - digits - 1)}.${told}`;
};
