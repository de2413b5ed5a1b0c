import { z } from 'zod';

/** An amount in nano-dollars (10^-9 USD) as a decimal string, exact on every wire. */
export const nanoUsdSchema = z.string().regex(/^-?\d{1,30}$/);

/** Those that prices need; to raise anew costs more than all the rest. */
const powersOfTen = Array.from({ length: 32 }, (_, exponent) => 10n ** BigInt(exponent));
const powerOfTen = (exponent: number): bigint => powersOfTen[exponent] ?? 10n ** BigInt(exponent);

/**
 * US dollars as a JSON number to nano-dollars, exact for what the number's shortest decimal form
 * says; digits beyond the ninth are rounded half to even (IEEE 754-2019, 4.3.1).
 */
export const nanoUsdOf = (usd: number): bigint => {
  const [mantissa = '0', exponent = '0'] = usd.toString().toLowerCase().split('e');
  const [whole = '0', fraction = ''] = mantissa.replace('-', '').split('.');
  const scale = 9 + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const nano = scale >= 0 ? digits * powerOfTen(scale) : halfEven(digits, powerOfTen(-scale));
  return usd < 0 ? -nano : nano;
};

/** Nano-dollars as the number of US dollars nearest to it, for reading only. */
export const usdOf = (nanoUsd: bigint): number => {
  const digits = (nanoUsd < 0n ? -nanoUsd : nanoUsd).toString().padStart(10, '0');
  const usd = Number(`${digits.slice(0, -9)}.${digits.slice(-9)}`);
  return nanoUsd < 0n ? -usd : usd;
};

/** `numerator / denominator` (both >= 0) to the nearest integer, ties to the even one. */
export const halfEven = (numerator: bigint, denominator: bigint): bigint => {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice < denominator || (twice === denominator && quotient % 2n === 0n)) return quotient;
  return quotient + 1n;
};
