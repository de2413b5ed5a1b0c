import {
  add,
  advance,
  below,
  f32x4,
  get,
  i16x8,
  i32x4,
  moduleOf,
  repeat,
  set,
  tee,
  v128,
} from '../wasm/instructions';
import type { Code } from '../wasm/instructions';

const parameters = 6;
const [source, sourceEnd, rowBytes, target, scales, limit] = [0, 1, 2, 3, 4, 5];
const [at, rowEnd] = [6, 7];
const [largest, inverse] = [8, 9];

/** The larger one of each lane and of the lane that takes its place. */
const largerOf = (shuffled: Code): Code => [
  ...get(largest),
  ...get(largest),
  ...get(largest),
  ...shuffled,
  ...f32x4.max,
  ...set(largest),
];

const findLargest: Code = [
  ...get(source),
  ...tee(at),
  ...get(rowBytes),
  ...add,
  ...set(rowEnd),
  ...v128.zero,
  ...set(largest),
  ...repeat(
    [...get(largest), ...get(at), ...v128.load, ...f32x4.absolute, ...f32x4.max, ...set(largest)],
    advance(at, 16),
    [...get(at), ...get(rowEnd), ...below],
  ),
  // To each lane the largest of all four.
  ...largerOf(i32x4.shuffle(2, 3, 0, 1)),
  ...largerOf(i32x4.shuffle(1, 0, 3, 2)),
];

const four: Code = [
  ...get(source),
  ...v128.load,
  ...get(inverse),
  ...f32x4.multiply,
  ...f32x4.nearest,
  ...i32x4.fromF32,
  ...advance(source, 16),
];

// A row of zeros is divided by zero, and what comes of that is no number, which is rounded to zero.
const row: Code = [
  ...findLargest,
  ...get(scales),
  ...get(largest),
  ...get(limit),
  ...f32x4.loadSplat,
  ...f32x4.divide,
  ...v128.storeFirst,
  ...advance(scales, 4),
  ...get(limit),
  ...f32x4.loadSplat,
  ...get(largest),
  ...f32x4.divide,
  ...set(inverse),
  ...repeat(
    [...get(target), ...four, ...four, ...i16x8.narrow, ...v128.store],
    advance(target, 16),
    [...get(source), ...get(rowEnd), ...below],
  ),
];

const body: Code = repeat(row, [...get(source), ...get(sourceEnd), ...below]);

/**
 * Rounds a matrix of f32, from `source` to `sourceEnd` by rows of `rowBytes` (a multiple of 32), to
 * i16 at `target`, so that the largest of each row becomes the f32 at `limit`, and puts down at
 * `scales` what each row is to be multiplied with to be what it was. All are addresses.
 */
export type RoundRows = (
  source: number,
  sourceEnd: number,
  rowBytes: number,
  target: number,
  scales: number,
  limit: number,
) => void;

export const roundRowsIn = (memory: WebAssembly.Memory): RoundRows => {
  const module = new WebAssembly.Module(moduleOf({ parameters, integers: 2, vectors: 2 }, body));
  return new WebAssembly.Instance(module, { env: { memory } }).exports['run'] as RoundRows;
};
