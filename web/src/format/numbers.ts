const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const oneDigit = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

export const none = '–';

const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

const fourDigits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });

type Count = number | string | bigint;

/** 12,984 */
export const count = (value: Count): string => whole.format(BigInt(value));

/** 16.2M */
export const compact = (value: Count): string => short.format(Number(value));

export const decimal = (value: number | null): string =>
  value === null ? none : oneDigit.format(value);

/** 61, 0.998, 1,204: whatever its size, as many digits as tell it apart. */
export const significant = (value: number): string => fourDigits.format(value);

/** call of 1, calls of 12 */
export const nounOf = (value: Count, noun: string, nouns = `${noun}s`): string =>
  String(value) === '1' ? noun : nouns;

/** 1 call, 12 calls; `nouns` where an s does not do */
export const plural = (value: Count, noun: string, nouns?: string): string =>
  `${count(value)} ${nounOf(value, noun, nouns)}`;

/** A share as 87.5 %; none of nothing. */
export const percent = (part: number, of: number): string =>
  of === 0 ? none : `${oneDigit.format((100 * part) / of)} %`;

/** Dollars with as many digits as tell amounts of their size apart. */
export const usd = (value: number): string => {
  const size = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  // By the size that is shown: 999.999 is shown as 1,000.
  if (size >= 999.995) return `${sign}$${whole.format(size)}`;
  if (size >= 0.9995 || size === 0) return `${sign}$${size.toFixed(2)}`;
  if (size >= 0.009995) return `${sign}$${size.toFixed(3)}`;
  return size < 0.000005 ? `${sign}<$0.00001` : `${sign}$${size.toFixed(5)}`;
};

const nanoDigits = 9;

/** Nano-dollars as exact dollars: 0.989592875 USD. */
export const exactUsd = (nanoUsd: string): string => {
  const negative = nanoUsd.startsWith('-');
  const digits = nanoUsd.replace('-', '').padStart(nanoDigits + 1, '0');
  const fraction = digits.slice(-nanoDigits).replace(/0+$/, '');
  const dollars = digits.slice(0, -nanoDigits);
  return `${negative ? '-' : ''}${dollars}${fraction === '' ? '' : `.${fraction}`} USD`;
};

export const usdOfNano = (nanoUsd: string): number => Number(nanoUsd) / 1e9;

/** 0.25 h, 4.3 h, 968.5 h */
export const inHours = (value: number): string =>
  `${Math.abs(value) < 1 ? significant(value) : oneDigit.format(value)} h`;

/** 968×, 4.3×, 0.98×: what is below one does not become it. */
export const times = (value: number | null): string => {
  if (value === null) return none;
  if (value < 1) return `${significant(value)}×`;
  return `${value >= 100 ? whole.format(value) : oneDigit.format(value)}×`;
};

const units = ['B', 'kB', 'MB', 'GB', 'TB'];

export const bytes = (value: number): string => {
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${oneDigit.format(value / 1000 ** power)} ${units[power] ?? ''}`;
};
