import { halfEven } from '../../events/money';

/** What a cell says as an integer, or why it says none. */
export type Amount = { readonly value: bigint } | { readonly fault: string };

const plainly = 'write digits with at most one decimal point, such as 1234.5';

/** Why `text` is no number; undefined where none of the usual reasons holds. */
const reasonAgainst = (text: string): string | undefined => {
  if (text === '') return 'is empty';
  if (/\p{Sc}|^[a-z]{2,}\s*[\d.]|[\d.]\s*[a-z]{2,}$/iu.test(text)) {
    return `holds a currency sign or a unit: ${plainly}`;
  }
  if (/^[-(−]/.test(text)) return 'is below zero: leave credits and corrections out';
  if (/\d[,'’_\s]\d/.test(text)) {
    return `holds a thousands separator or a decimal comma: ${plainly}`;
  }
  return undefined;
};

const refused = (text: string, otherwise: string): Amount => ({
  fault: `${reasonAgainst(text) ?? otherwise} (${JSON.stringify(text.slice(0, 40))})`,
});

/** A count such as `1200`; `1200.0`, as some programs write it, is one, too. */
export const countOf = (text: string): Amount => {
  const [, digits] = /^(\d{1,30})(?:\.0+)?$/.exec(text) ?? [];
  return digits === undefined ? refused(text, 'is not a whole number') : { value: BigInt(digits) };
};

const decimal = /^(?=\.?\d)(\d{0,20})(?:\.(\d{0,60}))?(?:e([+-]?\d{1,2}))?$/i;

/**
 * US dollars in decimal notation, `0.0123` or `1.23e-2`, as nano-dollars. Exact up to the ninth
 * decimal; what is behind it is rounded half to even, once.
 */
export const nanoUsdFrom = (text: string): Amount => {
  const match = decimal.exec(text);
  if (match === null) return refused(text, 'is not a number');
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const scale = 9 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  if (scale >= 0) return { value: digits * 10n ** BigInt(scale) };
  return { value: halfEven(digits, 10n ** BigInt(-scale)) };
};
