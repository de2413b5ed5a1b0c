import {
  add,
  advance,
  below,
  f32x4,
  get,
  i32,
  i32x4,
  moduleOf,
  multiply,
  repeat,
  set,
  tee,
  v128,
} from '../wasm/instructions';
import type { Code } from '../wasm/instructions';

/** Rows of either factor that are multiplied at a time: eight sums, six operands, 14 of 16 registers. */
export const tile = { left: 2, right: 4 } as const;

/** Numbers of a row that are multiplied at a time. */
export const numbersAtOnce = 8;

const indexes = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);
const leftRows = indexes(tile.left);
const rightRows = indexes(tile.right);

const parameters = 10;
const [left, right, product, leftEnd, rightEnd, rowBytes] = [0, 1, 2, 3, 4, 5];
const [leftScales, rightScales, bias, productBytes] = [6, 7, 8, 9];
const [leftRow, leftScale, target, leftAt, rightAt, sumsEnd] = [10, 11, 12, 13, 14, 15];
const integers = 6;
const first = parameters + integers;
const sumOf = (i: number, j: number): number => first + i * tile.right + j;
const leftOf = (i: number): number => first + tile.left * tile.right + i;
const rightOf = (j: number): number => leftOf(tile.left) + j;
const vectors = tile.left * tile.right + tile.left + tile.right;

/** The address on the stack, moved on by `count` times what is in `local`. */
const on = (count: number, local: number): Code =>
  count === 0 ? [] : [...get(local), ...i32(count), ...multiply, ...add];

/** Eight numbers of each row further. */
const step: Code = [
  ...leftRows.flatMap((i) => [...get(leftAt), ...on(i, rowBytes), ...v128.load, ...set(leftOf(i))]),
  ...rightRows.flatMap((j) => [
    ...get(rightAt),
    ...on(j, rowBytes),
    ...v128.load,
    ...set(rightOf(j)),
    ...leftRows.flatMap((i) => [
      ...get(sumOf(i, j)),
      ...get(leftOf(i)),
      ...get(rightOf(j)),
      ...i32x4.dotOfI16,
      ...i32x4.add,
      ...set(sumOf(i, j)),
    ]),
  ]),
  ...advance(rightAt, 16),
  ...advance(leftAt, 16),
];

/** The sums of two rows, each of four lanes, as two lanes each. */
const folded = (one: number, other: number): Code => [
  ...get(one),
  ...get(other),
  ...i32x4.shuffle(0, 4, 1, 5),
  ...get(one),
  ...get(other),
  ...i32x4.shuffle(2, 6, 3, 7),
  ...i32x4.add,
];

/** Four numbers of a row of the product: lanes added up, scaled, with the bias, put down. */
const putDown = (i: number): Code => [
  ...folded(sumOf(i, 0), sumOf(i, 1)),
  ...set(rightOf(0)),
  ...folded(sumOf(i, 2), sumOf(i, 3)),
  ...set(rightOf(1)),
  ...get(target),
  ...on(i, productBytes),
  ...get(rightOf(0)),
  ...get(rightOf(1)),
  ...i32x4.shuffle(0, 1, 4, 5),
  ...get(rightOf(0)),
  ...get(rightOf(1)),
  ...i32x4.shuffle(2, 3, 6, 7),
  ...i32x4.add,
  ...f32x4.fromI32,
  ...get(leftScale),
  ...i32(4 * i),
  ...add,
  ...f32x4.loadSplat,
  ...f32x4.multiply,
  ...get(rightScales),
  ...v128.load,
  ...f32x4.multiply,
  ...get(bias),
  ...v128.load,
  ...f32x4.add,
  ...v128.store,
];

const block: Code = [
  ...leftRows.flatMap((i) => rightRows.flatMap((j) => [...v128.zero, ...set(sumOf(i, j))])),
  ...get(right),
  ...set(rightAt),
  ...get(leftRow),
  ...tee(leftAt),
  ...get(rowBytes),
  ...add,
  ...set(sumsEnd),
  ...repeat(step, get(leftAt), get(sumsEnd), below),
  ...leftRows.flatMap(putDown),
  ...get(leftRow),
  ...on(tile.left, rowBytes),
  ...set(leftRow),
  ...get(target),
  ...on(tile.left, productBytes),
  ...set(target),
  ...advance(leftScale, 4 * tile.left),
];

// Four rows of weights go past all that comes in before the next four: they are read once only.
const body: Code = repeat(
  [...get(left), ...set(leftRow), ...get(leftScales), ...set(leftScale)],
  [...get(product), ...set(target)],
  repeat(block, get(leftRow), get(leftEnd), below),
  [...get(right), ...on(tile.right, rowBytes), ...set(right)],
  ...[product, rightScales, bias].map((address) => advance(address, 4 * tile.right)),
  get(right),
  get(rightEnd),
  below,
);

/**
 * Multiplies a matrix of i16 with the transpose of another and adds a bias to each row, all given by
 * address: the factors from `left` to `leftEnd` and from `right` to `rightEnd`, by rows of `rowBytes`
 * (a multiple of 16; even many rows on the left, a multiple of four on the right), an f32 that scales
 * each row of either, and an f32 of bias for each row on the right. The product is f32, by rows of
 * `productBytes`.
 */
export type MultiplyAdd = (
  left: number,
  right: number,
  product: number,
  leftEnd: number,
  rightEnd: number,
  rowBytes: number,
  leftScales: number,
  rightScales: number,
  bias: number,
  productBytes: number,
) => void;

export const multiplyAddIn = (memory: WebAssembly.Memory): MultiplyAdd => {
  const module = new WebAssembly.Module(moduleOf({ parameters, integers, vectors }, body));
  return new WebAssembly.Instance(module, { env: { memory } }).exports['run'] as MultiplyAdd;
};
