import { textOfKey } from '../../events/sealed-value';
import type { KeyName } from '../../events/sealed-value';
import type { KeyTable } from './key-table';
import type { MasterKeys } from './master-keys';

const rewrappedAtOnce = 500;
const namedAtMost = 20;

/** What became of the keys that were not wrapped by the first master key. */
interface Rewrapped {
  readonly keys: number;
  /** Those that do not open by the master key that they name, and were left: the first of them. */
  readonly damaged: readonly KeyName[];
}

const formerOf = (masters: MasterKeys): string[] =>
  masters.ids.filter((id) => id !== masters.current);

/** Wraps by the first master key whatever the others wrapped, until `signal` is aborted. */
export const rewrapAll = async (
  table: Pick<KeyTable, 'wrappedBy' | 'rewrap'>,
  masters: MasterKeys,
  signal: AbortSignal,
): Promise<Rewrapped> => {
  const former = formerOf(masters);
  const damaged: KeyName[] = [];
  let keys = 0;
  let last: KeyName | null = null;
  while (former.length > 0 && !signal.aborted) {
    const some = await table.wrappedBy(former, last, rewrappedAtOnce);
    for (const stored of some) {
      const key = masters.unwrap(stored, stored);
      if (key === null) {
        if (damaged.length <= namedAtMost) damaged.push(stored);
        continue;
      }
      await table.rewrap({ ...stored, ...masters.wrap(stored, key) });
      keys += 1;
    }
    last = some.at(-1) ?? last;
    if (some.length < rewrappedAtOnce) break;
  }
  return { keys, damaged };
};

/** Those that are left once all others are rewrapped: among the first that the former master keys wrap. */
export const damagedOf = async (
  table: Pick<KeyTable, 'wrappedBy'>,
  masters: MasterKeys,
): Promise<readonly KeyName[]> => {
  const former = formerOf(masters);
  const some = former.length === 0 ? [] : await table.wrappedBy(former, null, rewrappedAtOnce);
  return some.filter((stored) => masters.unwrap(stored, stored) === null);
};

/** In words, for a person; null where there are none. */
export const damageText = (damaged: readonly KeyName[]): string | null => {
  if (damaged.length === 0) return null;
  const named = damaged.slice(0, namedAtMost).map(textOfKey);
  const others = damaged.length > namedAtMost ? ' and others' : '';
  return `keys that their master key does not open are damaged: ${named.join(', ')}${others}`;
};
