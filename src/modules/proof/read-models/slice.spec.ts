import fc from 'fast-check';
import { isIn, readingsOf } from './slice';

describe('slices of a table', () => {
  it('have every key once', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9 }), (key, count) => {
        const indexes = Array.from({ length: count }, (_, index) => index);
        expect(indexes.filter((index) => isIn({ index, count }, key))).toHaveLength(1);
      }),
    );
  });

  it('are of about the same size', () => {
    const keys = Array.from({ length: 4_000 }, (_, index) => `["execution-${String(index)}"]`);
    for (let index = 0; index < 4; index += 1) {
      const own = keys.filter((key) => isIn({ index, count: 4 }, key)).length;
      expect(own).toBeGreaterThan(800);
      expect(own).toBeLessThan(1_200);
    }
  });

  it('are read so that all are folded once and none holds too much', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { maxLength: 12 }), (sizes) => {
        const tables = sizes.map((rows, id) => ({ rows, id }));
        const readings = readingsOf(tables, 1_000);
        for (const reading of readings) {
          const held = reading.map(({ table, slice }) => table.rows / slice.count);
          expect(held.reduce((sum, rows) => sum + rows, 0)).toBeLessThanOrEqual(1_000.001);
        }
        for (const { id } of tables) {
          const own = readings.flat().filter(({ table }) => table.id === id);
          const [{ slice } = { slice: { count: 1 } }] = own;
          expect(own.map((share) => share.slice.index).sort()).toEqual(
            Array.from({ length: slice.count }, (_, index) => index),
          );
        }
      }),
    );
  });

  it('are of one reading where there is nothing to fold', () => {
    expect(readingsOf([], 10)).toEqual([[]]);
  });
});
