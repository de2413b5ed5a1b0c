const rotated = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** One round of both mixings: `from` is taken from `word`, turned by `bits`. */
const xorRotated = (word: number, from: number, bits: number): number => word ^ rotated(from, bits);

const mixed = (a: number, b: number, c: number): [number, number, number] => {
  a = xorRotated((a - c) | 0, c, 4);
  c = (c + b) | 0;
  b = xorRotated((b - a) | 0, a, 6);
  a = (a + c) | 0;
  c = xorRotated((c - b) | 0, b, 8);
  b = (b + a) | 0;
  a = xorRotated((a - c) | 0, c, 16);
  c = (c + b) | 0;
  b = xorRotated((b - a) | 0, a, 19);
  a = (a + c) | 0;
  c = xorRotated((c - b) | 0, b, 4);
  b = (b + a) | 0;
  return [a, b, c];
};

const finished = (a: number, b: number, c: number): number => {
  c = ((c ^ b) - rotated(b, 14)) | 0;
  a = ((a ^ c) - rotated(c, 11)) | 0;
  b = ((b ^ a) - rotated(a, 25)) | 0;
  c = ((c ^ b) - rotated(b, 16)) | 0;
  a = ((a ^ c) - rotated(c, 4)) | 0;
  b = ((b ^ a) - rotated(a, 14)) | 0;
  return ((c ^ b) - rotated(b, 24)) | 0;
};

/** Up to four bytes of `bytes` as a little-endian word; what lies behind the end is zero. */
const wordAt = (bytes: Buffer, at: number): number => {
  let word = 0;
  for (let index = Math.min(bytes.length - at, 4) - 1; index >= 0; index -= 1) {
    word = (word << 8) | (bytes[at + index] ?? 0);
  }
  return word;
};

/**
 * What PostgreSQL's `hashtext` makes of a text in UTF-8: lookup3 of Bob Jenkins with the seed and the tail of
 * `hash_bytes` in `src/common/hashfn.c`. An event of a file has to go to the same share of a pass as one of its
 * stream that comes from the table.
 */
export const hashText = (text: string): number => {
  const bytes = Buffer.from(text);
  const seed = (0x9e3779b9 + bytes.length + 3_923_095) | 0;
  let [a, b, c] = [seed, seed, seed];
  let at = 0;
  for (; bytes.length - at >= 12; at += 12) {
    a = (a + wordAt(bytes, at)) | 0;
    b = (b + wordAt(bytes, at + 4)) | 0;
    c = (c + wordAt(bytes, at + 8)) | 0;
    [a, b, c] = mixed(a, b, c);
  }
  a = (a + wordAt(bytes, at)) | 0;
  b = (b + wordAt(bytes, at + 4)) | 0;
  // The lowest byte of the last word is left to the length.
  c = (c + (wordAt(bytes, at + 8) << 8)) | 0;
  return finished(a, b, c);
};
