import {
  add,
  below,
  get,
  i16x8,
  i32,
  i32x4,
  i8x16,
  moduleOf,
  repeat,
  set,
  store16,
  tee,
  v128,
} from '../wasm/instructions';
import type { Code } from '../wasm/instructions';

const parameters = 5;
const [code, codeEnd, codes, codesEnd, distances] = [0, 1, 2, 3, 4];
const [word] = [5];
const [sum] = [6];

/** Sixteen bytes: the bits that differ, counted by byte, added up by pairs. */
const step: Code = [
  ...get(sum),
  ...get(word),
  ...v128.load,
  ...get(codes),
  ...v128.load,
  ...v128.xor,
  ...i8x16.popcount,
  ...i16x8.addPairsOfI8,
  ...i16x8.add,
  ...set(sum),
  ...get(codes),
  ...i32(16),
  ...add,
  ...set(codes),
];

const lanes: Code = [
  ...get(sum),
  ...i32x4.addPairsOfI16,
  ...set(sum),
  ...[0, 1, 2, 3].flatMap((lane) => [...get(sum), ...i32x4.lane(lane), ...(lane === 0 ? [] : add)]),
];

const body: Code = repeat(
  [...v128.zero, ...set(sum), ...get(code), ...set(word)],
  repeat(step, [...get(word), ...i32(16), ...add, ...tee(word), ...get(codeEnd), ...below]),
  [...get(distances), ...lanes, ...store16],
  [...get(distances), ...i32(2), ...add, ...set(distances)],
  [...get(codes), ...get(codesEnd), ...below],
);

/**
 * Counts in how many bits the codes from `codes` to `codesEnd` differ from the one from `code` to
 * `codeEnd`, and puts the numbers, u16, at `distances`. Addresses; codes are a multiple of 16 bytes.
 */
export type HammingDistances = (
  code: number,
  codeEnd: number,
  codes: number,
  codesEnd: number,
  distances: number,
) => void;

export const hammingDistancesIn = (memory: WebAssembly.Memory): HammingDistances => {
  const module = new WebAssembly.Module(moduleOf({ parameters, integers: 1, vectors: 1 }, body));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return exports['run'] as HammingDistances;
};
