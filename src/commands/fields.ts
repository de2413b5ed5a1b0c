import { z } from 'zod';

/** An id of the caller's: 1 to 128 characters that are safe in a URL, a header and a file name. */
export const idSchema = z
  .string()
  .regex(/^[A-Za-z0-9._:-]{1,128}$/, '1 to 128 characters of A-Z a-z 0-9 . _ : -');

export const isDistinct = (names: readonly string[]): boolean =>
  new Set(names).size === names.length;

/** At most so many ids, no two of them alike. */
export const distinctIdsSchema = (most: number) =>
  z.array(idSchema).max(most).refine(isDistinct, 'names one of them twice');

export const printableSchema = (longest: number): z.ZodString =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u, 'must not hold control characters');

/** A name a person reads, such as an agent's or a model's: any printable text up to 128 characters. */
export const nameSchema = printableSchema(128);

/** Where an article comes from, such as a file's name or an address: printable text up to 500 characters. */
export const sourceSchema = printableSchema(500);

export const textSchema = (longest: number): z.ZodString => z.string().max(longest);

/** As much of a text as `textSchema` of the same length takes, and no half of a letter. */
export const cutText = (text: string, longest: number): string =>
  text.slice(0, longest).toWellFormed();

/** Characters of a reason, or of what a rebuild, a replay or an export failed by. */
export const longestReason = 2_000;

export const reasonSchema = textSchema(longestReason).optional();

/** What somebody has to say, such as why: blanks alone say nothing. */
export const saidSchema = textSchema(longestReason).trim().min(1, 'says nothing');

/** An ISO 8601 time in the one form that times are kept in: UTC, to the microsecond. */
export const canonical = (text: string): string => {
  const [, micros = ''] = /\.\d{3}(\d{1,3})/.exec(text) ?? [];
  return new Date(text).toISOString().replace('Z', `${micros.padEnd(3, '0')}Z`);
};

/** A zone can put a time beyond, where the database reads none, and texts no longer sort as times do. */
export const isInYears = (instant: string): boolean => /^(?!0000)\d{4}-/.test(instant);
export const beyondYears = 'must lie in the years 0001 to 9999 of UTC';

/** A day, which is its first moment in UTC, or a time with a zone. */
export const momentSchema = z
  .union([z.iso.date(), z.iso.datetime({ offset: true })], {
    error: 'a day such as 2026-01-08, or an ISO 8601 time with a zone',
  })
  .transform(canonical)
  .refine(isInYears, beyondYears);

export const tokensSchema = z.int().min(0).max(1_000_000_000);

/** Where in a JSON value whole numbers stand that were rounded when they were read. */
function* roundedNumbers(value: unknown, path: string[] = []): Generator<string[]> {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    yield path;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [name, inner] of Object.entries(value)) yield* roundedNumbers(inner, [...path, name]);
}

/** JSON of the caller's own: what would be recorded as another number, such as an id of 64 bits, is refused. */
export const jsonSchema = z.json().superRefine((value, context) => {
  for (const path of roundedNumbers(value)) {
    const message = `is beyond ${String(Number.MAX_SAFE_INTEGER)}, where whole numbers are not exact: send it as text`;
    context.addIssue({ code: 'custom', path, message });
  }
});
