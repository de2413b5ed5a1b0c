const nanoPerUsd = 1_000_000_000n;

/** `1234567` as `1,234,567`. */
export const count = (value: bigint | number): string =>
  String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** Nano-dollars as exact dollars, at least two decimals: `0.21001`, `1,234.50`. */
export const usd = (nano: bigint): string => {
  const size = nano < 0n ? -nano : nano;
  const fraction = (size % nanoPerUsd).toString().padStart(9, '0');
  const shown = fraction.replace(/0{1,7}$/, '');
  return `${nano < 0n ? '-' : ''}${count(size / nanoPerUsd)}.${shown}`;
};

/** Nano-dollars rounded half up to `digits` (1 to 9) decimals, for reading. */
export const roundedUsd = (nano: bigint, digits: number): string => {
  const unit = 10n ** BigInt(9 - digits);
  const rounded = (nano + unit / 2n) / unit;
  const scale = 10n ** BigInt(digits);
  return `${count(rounded / scale)}.${(rounded % scale).toString().padStart(digits, '0')}`;
};

/** A duration in a person's words: `85 ms`, `1.4 s`, `3 min 20 s`. */
export const duration = (milliseconds: number): string => {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1_000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1_000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
};

/** What something takes of a disk, rounded up: `48 KiB`, `1,204 MiB`. */
export const size = (bytes: number): string =>
  bytes < 1_048_576
    ? `${count(Math.ceil(bytes / 1_024))} KiB`
    : `${count(Math.ceil(bytes / 1_048_576))} MiB`;

/** `1 execution`, `2 executions`. */
export const counted = (value: bigint | number, noun: string): string =>
  `${count(value)} ${noun}${Number(value) === 1 ? '' : 's'}`;
