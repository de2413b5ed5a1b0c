/*
 * The few WebAssembly instructions that the kernels here are made of, as bytes (WebAssembly core
 * specification 2.0, chapter 5), and the module around one function. The kernels are short loops that
 * differ by their unrolling: made here they need no compiler, no build step and no binary in the
 * repository.
 */

export type Code = readonly number[];

/** Unsigned LEB128. */
const unsigned = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
};

/** Signed LEB128. */
const signed = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7) {
    const low = rest & 127;
    if ((rest >> 7 === 0 && low < 64) || (rest >> 7 === -1 && low >= 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
};

const simd = (opcode: number, ...immediates: number[]): Code => [
  0xfd,
  ...unsigned(opcode),
  ...immediates,
];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number): Code => [0x21, ...unsigned(local)];
export const tee = (local: number): Code => [0x22, ...unsigned(local)];
export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const add: Code = [0x6a];
export const multiply: Code = [0x6c];
export const below: Code = [0x49]; // i32.lt_u
export const store16: Code = [0x3b, 1, 0];

/** Moves an address on by constant bytes. */
export const advance = (local: number, bytes: number): Code => [
  ...get(local),
  ...i32(bytes),
  ...add,
  ...set(local),
];

export const v128 = {
  load: simd(0x00, 0, 0),
  store: simd(0x0b, 0, 0),
  zero: simd(0x0c, ...new Array<number>(16).fill(0)),
  xor: simd(0x51),
  /** The first lane, of 32 bits. */
  storeFirst: simd(0x5a, 0, 0, 0),
} as const;

export const i8x16 = { popcount: simd(0x62) } as const;

export const i16x8 = {
  addPairsOfI8: simd(0x7d),
  add: simd(0x8e),
  /** Of two vectors of i32. */
  narrow: simd(0x85),
} as const;

export const f32x4 = {
  absolute: simd(0xe0),
  max: simd(0xe9),
  divide: simd(0xe7),
  /** To the nearest whole number, half to even. */
  nearest: simd(0x6a),
  /** One f32 in all four lanes. */
  loadSplat: simd(0x09, 0, 0),
  fromI32: simd(0xfa),
  add: simd(0xe4),
  multiply: simd(0xe6),
} as const;

export const i32x4 = {
  add: simd(0xae),
  /** 0 for what is no number. */
  fromF32: simd(0xf8),
  /** Products of eight pairs of i16, added two by two. */
  dotOfI16: simd(0xba),
  addPairsOfI16: simd(0x7f),
  lane: (index: number): Code => simd(0x1b, index),
  /** Four lanes of two vectors, numbered 0 to 7. */
  shuffle: (...lanes: readonly [number, number, number, number]): Code =>
    simd(0x0d, ...lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte))),
} as const;

/** Runs `body` until it leaves 0 on the stack; at least once. */
export const repeat = (...body: Code[]): Code => [0x03, 0x40, ...body.flat(), 0x0d, 0, 0x0b];

const section = (id: number, content: Code): Code => [id, ...unsigned(content.length), ...content];
const typeI32 = 0x7f;
const typeV128 = 0x7b;
const name = (text: string): Code => [text.length, ...Buffer.from(text)];

interface Shape {
  /** Parameters, all i32: locals 0 and up. */
  readonly parameters: number;
  /** Locals after the parameters: first these, of i32 ... */
  readonly integers: number;
  /** ... then these, of v128. */
  readonly vectors: number;
}

/** A module that imports the memory `env.memory` and exports one function, `run`, with no result. */
export const moduleOf = ({ parameters, integers, vectors }: Shape, body: Code): Uint8Array => {
  const locals = [2, ...unsigned(integers), typeI32, ...unsigned(vectors), typeV128];
  const code = [...locals, ...body, 0x0b];
  return Uint8Array.from([
    0x00,
    0x61,
    0x73,
    0x6d,
    1,
    0,
    0,
    0,
    ...section(1, [1, 0x60, parameters, ...new Array<number>(parameters).fill(typeI32), 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 0x02, 0x00, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('run'), 0x00, 0]),
    ...section(10, [1, ...unsigned(code.length), ...code]),
  ]);
};
