/** A share of the file's figure in millionths of a per cent, so that it is compared exactly. */
export type Tolerance = bigint;

const millionths = 1_000_000n;

/** Per cent in decimal notation, 0 to 100 with up to six decimals; undefined for anything else. */
export const toleranceOf = (text: string): Tolerance | undefined => {
  const [, whole, fraction = ''] = /^(\d{1,3})(?:\.(\d{1,6}))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const tolerance = BigInt(whole) * millionths + BigInt(fraction.padEnd(6, '0'));
  return tolerance <= 100n * millionths ? tolerance : undefined;
};

const sizeOf = (value: bigint): bigint => (value < 0n ? -value : value);

/** Whether two figures are further apart than `tolerance` of the file's, which is what is billed. */
export const isBeyond = (inFile: bigint, inLedger: bigint, tolerance: Tolerance): boolean =>
  sizeOf(inLedger - inFile) * 100n * millionths > tolerance * inFile;

/** How much more (or less) the ledger has, in per cent of the file's figure, to two decimals; null of 0. */
export const percentOf = (inFile: bigint, inLedger: bigint): string | null => {
  if (inFile === 0n) return null;
  const hundredths = (sizeOf(inLedger - inFile) * 20_000n + inFile) / (2n * inFile);
  const sign = inLedger < inFile ? '-' : '+';
  return `${sign}${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')} %`;
};
