/** The lowest of some positions, of which there is one at least. */
export const lowestOf = (positions: Iterable<bigint>): bigint =>
  [...positions].reduce((low, position) => (position < low ? position : low));
