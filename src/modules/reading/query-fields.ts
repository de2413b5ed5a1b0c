import { z } from 'zod';
import { storageFaults } from '../http/storable';
import { isCursor, notOurs } from './cursor';
import { itemsOf } from './comma-list';
import { momentExpected, momentOf } from './moment';

/*
 * Query parameters as zod fields. A parameter arrives as text, or as an array where it is repeated;
 * `meta` says for the API document what the text is to be.
 */

const greatestPosition = 2n ** 63n - 1n;

/** What is wrong with a parameter that is not there, or is there in another way than it has to be. */
const saying =
  (otherwise: string) =>
  ({ input }: { readonly input?: unknown }): string =>
    input === undefined ? 'is required' : otherwise;

/** A parameter that is given at most once. */
export const single = z.string({ error: saying('is to be given once') });

/** A parameter that may be repeated, or be a comma list, or both. */
export const items = z
  .union([z.string(), z.array(z.string())], { error: saying('is text') })
  .transform((given) => [given].flat().flatMap(itemsOf));

/** Whether the database can hold the text: no NUL, no half of a surrogate pair. */
export const isStorable = (text: string): boolean => storageFaults(text).length === 0;

const isWithin = (text: string, least: bigint, greatest: bigint): boolean =>
  /^\d{1,19}$/.test(text) && BigInt(text) >= least && BigInt(text) <= greatest;

const whole = (least: number, greatest: number, description: string) =>
  single
    .refine(
      (text) => isWithin(text, BigInt(least), BigInt(greatest)),
      `is a whole number from ${least} to ${greatest}`,
    )
    .transform(Number)
    .meta({ type: 'integer', minimum: least, maximum: greatest, description });

export const pageDefault = 100;
export const pageAtMost = 1_000;

export const limitField = whole(
  1,
  pageAtMost,
  `How many at most; ${pageDefault} where nothing is said`,
).optional();

export const versionField = whole(1, 2 ** 31 - 1, 'A version of the stream');

export const flagField = (description: string) =>
  single
    .refine((text) => text === 'true' || text === 'false', 'is true or false')
    .transform((text) => text === 'true')
    .meta({ type: 'boolean', description })
    .optional();

export const positionField = single
  .refine((text) => isWithin(text, 0n, greatestPosition), 'is a position: a whole number')
  .transform(BigInt)
  .meta({ pattern: '^\\d+$' });

/** The position that an answer is to cover, for who has just written it. */
export const minPositionField = positionField
  .meta({ description: 'Waits until the answer covers this position, at most 5 s, else 503' })
  .optional();

export const cursorField = single
  .refine(isCursor, notOurs)
  .meta({ description: '`next` of the page before; all other parameters stay as they were' })
  .optional();

export const momentField = (description: string) =>
  single
    .transform((text, context) => {
      const moment = momentOf(text);
      if (moment !== undefined) return moment;
      context.addIssue(`is ${momentExpected}`);
      return z.NEVER;
    })
    .meta({ format: 'date-time', description })
    .optional();

/** A past moment: a position, or a time. */
export const pastField = (description: string) =>
  single
    .transform((text, context) => {
      if (isWithin(text, 0n, greatestPosition)) return BigInt(text);
      const moment = momentOf(text);
      if (moment !== undefined) return moment;
      context.addIssue(`is a position, or ${momentExpected}`);
      return z.NEVER;
    })
    .meta({ description });

export const asOfField = pastField(
  'As it was at a past position, or before a time; 503 while that is built',
).optional();

/** Names to choose from, as a list: any of them. */
export const namesField = (description: string) =>
  items
    .refine((names) => names.every((name) => name !== '' && isStorable(name)), 'holds no name')
    .meta({ description: `${description}; a comma list, or repeated` })
    .optional();
