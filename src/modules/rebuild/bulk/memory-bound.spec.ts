import { Client } from 'pg';
import type { BulkTables } from './bulk-tables';
import { heldBytes } from './held-bytes';
import { MemoryBound } from './memory-bound';

/** Never connected: nothing is asked of it. */
const writer = new Client();

/** Tables that hold so many bytes, and forget half of them at a time. */
const holding = (bytes: number, name: string, spilled: string[]): BulkTables => {
  let held = bytes;
  return {
    held: () => held,
    spill: () => {
      spilled.push(name);
      held = Math.floor(held / 2);
      return Promise.resolve();
    },
  } as unknown as BulkTables;
};

const kept = async (bound: number, held: Readonly<Record<string, number>>): Promise<string[]> => {
  const spilled: string[] = [];
  const all = Object.entries(held).map(([name, bytes]) => holding(bytes, name, spilled));
  await new MemoryBound(bound, all).keep(writer);
  return spilled;
};

describe('the bound of memory', () => {
  it.each<[string, number, Record<string, number>, string[]]>([
    ['spills nothing within it', 100, { a: 60, b: 40 }, []],
    ['spills what holds most', 99, { a: 60, b: 40 }, ['a']],
    ['goes on until the rest is within it', 50, { a: 60, b: 40 }, ['a', 'b']],
    ['goes on with one that holds most still', 40, { a: 160, b: 10 }, ['a', 'a', 'a']],
    ['comes to an end where nothing may be held', 0, { a: 1, b: 1 }, ['a', 'b']],
    ['has nothing to do without tables', 0, {}, []],
  ])('%s', async (_what, bound, held, spilled) => {
    expect(await kept(bound, held)).toEqual(spilled);
  });
});

describe('what rows hold', () => {
  const rows = (count: number, row: object): Map<string, object> =>
    new Map(Array.from({ length: count }, (_, index) => [String(index).padStart(9, '0'), row]));

  it('is nothing without rows, and grows with their number', () => {
    const row = { key: { day: '2026-01-08' }, add: { calls: 1n } };
    expect(heldBytes(new Map())).toBe(0);
    const few = heldBytes(rows(16, row));
    expect(few).toBeGreaterThan(16 * 100);
    expect(heldBytes(rows(16_000, row)) / few).toBeCloseTo(1_000, -1);
  });

  it('grows with texts, with what they have within, and with the digits of a histogram', () => {
    const bytes = (value: unknown): number => heldBytes(rows(1, { value }));
    expect(bytes('x'.repeat(1_000)) - bytes('')).toBe(1_000);
    expect(bytes({ within: { text: 'x'.repeat(1_000) } })).toBeGreaterThan(
      bytes('x'.repeat(1_000)),
    );
    expect(bytes(10n ** 1_000n) - bytes(1n)).toBeGreaterThan(400);
    expect(bytes(null)).toBeLessThan(bytes(''));
  });
});
