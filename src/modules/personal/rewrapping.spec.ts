import type { KeyName } from '../../events/sealed-value';
import type { StoredKey } from './key-table';
import { MasterKeys } from './master-keys';
import { damageText, damagedOf, rewrapAll } from './rewrapping';

const secretOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');
const former = new MasterKeys([secretOf(1)]);
const both = new MasterKeys([secretOf(2), secretOf(1)]);
const never = new AbortController().signal;

const orderOf = ({ subject, generation }: KeyName): string =>
  `${subject}/${String(generation).padStart(9, '0')}`;

/** A table of `count` keys that the former master key wrapped; those of `broken` are damaged. */
const tableOf = (count: number, broken: readonly number[] = []) => {
  const rows = new Map<string, StoredKey>();
  const made = Array.from({ length: count }, (_, n): StoredKey => {
    const name = { subject: `s${String(n).padStart(5, '0')}`, generation: 0 };
    return { ...name, ...former.make(name) };
  });
  for (const [n, stored] of made.entries()) {
    const wrapped = broken.includes(n) ? Buffer.alloc(stored.wrapped.length) : stored.wrapped;
    rows.set(orderOf(stored), { ...stored, wrapped });
  }
  const rewrap = (stored: StoredKey): Promise<void> =>
    Promise.resolve(void rows.set(orderOf(stored), stored));
  const wrappedBy = (masters: readonly string[], last: KeyName | null, limit: number) =>
    Promise.resolve(
      [...rows.values()]
        .filter(({ master }) => masters.includes(master))
        .filter((stored) => last === null || orderOf(stored) > orderOf(last))
        .slice(0, limit),
    );
  return { rewrap, wrappedBy, made, rows };
};

describe('wrapping keys by another master key', () => {
  it('goes past damaged ones, names them, and leaves them as they were', async () => {
    const table = tableOf(1_201, [0, 499, 1_200]);
    const { keys, damaged } = await rewrapAll(table, both, never);
    expect(keys).toBe(1_198);
    expect(damaged.map(({ subject }) => subject)).toEqual(['s00000', 's00499', 's01200']);
    const left = [...table.rows.values()].filter(({ master }) => master === former.current);
    expect(left.map(({ subject }) => subject)).toEqual(['s00000', 's00499', 's01200']);
    expect(await damagedOf(table, both)).toHaveLength(3);
  });

  it('goes on at the next time with one that was put right', async () => {
    const table = tableOf(3, [1]);
    await rewrapAll(table, both, never);
    const [, whole] = table.made;
    table.rows.set(orderOf(whole!), whole!);
    expect(await rewrapAll(table, both, never)).toMatchObject({ keys: 1, damaged: [] });
    expect(await damagedOf(table, both)).toEqual([]);
  });

  it('does not end with a page of nothing but damaged ones', async () => {
    const table = tableOf(
      600,
      Array.from({ length: 550 }, (_, n) => n),
    );
    const { keys, damaged } = await rewrapAll(table, both, never);
    expect(keys).toBe(50);
    expect(damageText(damaged)).toMatch(/damaged: s00000\/0, s00001\/0,.* and others$/);
  });

  it('asks nothing where there is one master key alone', async () => {
    const { rewrap } = tableOf(0);
    const wrappedBy = (): Promise<never> => Promise.reject(new Error('asked'));
    expect(await rewrapAll({ rewrap, wrappedBy }, former, never)).toMatchObject({ keys: 0 });
    expect(damageText(await damagedOf({ wrappedBy }, former))).toBeNull();
  });
});
