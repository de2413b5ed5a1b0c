import { z } from 'zod';

/** The longest that Node's timers wait: one that is asked for more goes off at once, and again and again. */
const longestMilliseconds = 2 ** 31 - 1;

/** A number in text, of which blanks alone are none: `Number` takes them for 0. */
export const numeric = (is = z.number(), fault = 'is a number') =>
  z.string().regex(/\S/, fault).transform(Number).pipe(is);

export const whole = z.number().int().positive();

export const seconds = (fallback: number) =>
  numeric(
    z
      .number()
      .positive()
      .max(Math.floor(longestMilliseconds / 1_000)),
  ).default(fallback);

export const milliseconds = (fallback: number) =>
  numeric(whole.max(longestMilliseconds)).default(fallback);

export const count = (fallback: number) => numeric(whole).default(fallback);
