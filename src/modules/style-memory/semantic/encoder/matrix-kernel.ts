import {
  add,
  below,
  get,
  i32,
  i32x4,
  moduleOf,
  multiply,
  repeat,
  set,
  shiftLeft,
  tee,
  v128,
} from './wasm';
import type { Code } from './wasm';

/** Rows and columns that are multiplied at a time: eight sums, six operands, 14 of 16 registers. */
const tile = { rows: 4, columns: 2 } as const;

/** Rows of a matrix have to be a multiple of this: what is missing is padded. */
export const rowsAtOnce = tile.rows;

const indexes = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const rows = indexes(tile.rows);
const columns = indexes(tile.columns);

const parameters = 6;
const [left, right, product, height, width, rowBytes] = [0, 1, 2, 3, 4, 5];
const [column, row, leftRow, leftAt, rightAt, leftEnd] = [6, 7, 8, 9, 10, 11];
const integers = 6;
const first = parameters + integers;
const sumOf = (i: number, j: number): number => first + i * tile.columns + j;
const leftOf = (i: number): number => first + tile.rows * tile.columns + i;
const rightOf = (j: number): number => leftOf(tile.rows) + j;
const vectors = tile.rows * tile.columns + tile.rows + tile.columns;

/** The address on the stack, moved on by `count` rows. */
const rowsOn = (count: number): Code =>
  count === 0 ? [] : [...get(rowBytes), ...i32(count), ...multiply, ...add];

const advance = (local: number, step: Code): Code => [
  ...get(local),
  ...step,
  ...add,
  ...tee(local),
];

/** Eight numbers of each row and column further. */
const step: Code = [
  ...columns.flatMap((j) => [...get(rightAt), ...rowsOn(j), ...v128.load, ...set(rightOf(j))]),
  ...rows.flatMap((i) => [
    ...[...get(leftAt), ...rowsOn(i), ...v128.load, ...set(leftOf(i))],
    ...columns.flatMap((j) => [
      ...[...get(sumOf(i, j)), ...get(leftOf(i)), ...get(rightOf(j))],
      ...[...i32x4.dotOfI16, ...i32x4.add, ...set(sumOf(i, j))],
    ]),
  ]),
  ...[...get(rightAt), ...i32(16), ...add, ...set(rightAt)],
];

/** The sums of two rows, each of four lanes, as two lanes each. */
const folded = (one: number, other: number): Code => [
  ...[...get(one), ...get(other), ...i32x4.shuffle(0, 4, 1, 5)],
  ...[...get(one), ...get(other), ...i32x4.shuffle(2, 6, 3, 7)],
  ...i32x4.add,
];

/** Adds up the lanes of a column's four sums and puts them down: the product is kept by columns. */
const putDown = (j: number): Code => [
  ...[...get(product), ...get(column), ...i32(j), ...add, ...get(height), ...multiply],
  ...[...get(row), ...add, ...i32(2), ...shiftLeft, ...add],
  ...[...folded(sumOf(0, j), sumOf(1, j)), ...set(leftOf(0))],
  ...[...folded(sumOf(2, j), sumOf(3, j)), ...set(leftOf(1))],
  ...[...get(leftOf(0)), ...get(leftOf(1)), ...i32x4.shuffle(0, 1, 4, 5)],
  ...[...get(leftOf(0)), ...get(leftOf(1)), ...i32x4.shuffle(2, 3, 6, 7)],
  ...[...i32x4.add, ...v128.store],
];

const rowTile: Code = [
  ...rows.flatMap((i) => columns.flatMap((j) => [...v128.zero, ...set(sumOf(i, j))])),
  ...[...get(right), ...set(rightAt)],
  ...[...get(leftRow), ...tee(leftAt), ...get(rowBytes), ...add, ...set(leftEnd)],
  ...repeat(step, advance(leftAt, i32(16)), get(leftEnd), below),
  ...columns.flatMap(putDown),
  ...[...get(leftRow), ...rowsOn(tile.rows), ...set(leftRow)],
];

// A pair of columns goes past all rows before the next: weights are read once, from the far cache.
const body: Code = repeat(
  [...i32(0), ...set(row), ...get(left), ...set(leftRow)],
  repeat(rowTile, advance(row, i32(tile.rows)), get(height), below),
  [...get(right), ...rowsOn(tile.columns), ...set(right)],
  advance(column, i32(tile.columns)),
  get(width),
  below,
);

/**
 * Multiplies a matrix of i16 (`height` rows, a multiple of 4, at the address `left`) with the
 * transpose of another (`width` rows, an even number, at `right`), both with rows of `rowBytes`, a
 * multiple of 16. The product, i32, is put at `product` by columns.
 */
export type Multiply = (
  left: number,
  right: number,
  product: number,
  height: number,
  width: number,
  rowBytes: number,
) => void;

export const multiplyIn = (memory: WebAssembly.Memory): Multiply => {
  const module = new WebAssembly.Module(moduleOf({ parameters, integers, vectors }, body));
  return new WebAssembly.Instance(module, { env: { memory } }).exports['run'] as Multiply;
};
