import { Problem } from '../http/problem';

interface Range {
  readonly type: string;
  readonly quality: number;
}

const rangesOf = (accept: string): Range[] =>
  accept.split(',').map((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { type, quality: quality === undefined ? 1 : Number(quality) || 0 };
  });

/** 3 for the type itself, 2 for `text/*`, 1 for anything, 0 where the range does not cover it. */
const closeness = (range: string, type: string): number => {
  if (range === type) return 3;
  if (range === `${type.split('/')[0] ?? ''}/*`) return 2;
  return range === '*/*' ? 1 : 0;
};

const qualityOf = (type: string, ranges: readonly Range[]): number => {
  const covering = ranges
    .map((range) => ({ ...range, close: closeness(range.type, type) }))
    .filter(({ close }) => close > 0)
    .sort((left, right) => right.close - left.close);
  return covering[0]?.quality ?? 0;
};

/**
 * The type that `accept` likes best, of those that can be had; the first of equals, and of all where
 * nothing is said (RFC 9110, 12.5.1).
 *
 * @throws Problem 406 where none will do.
 */
export const negotiated = <Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type => {
  if (accept === undefined || accept.trim() === '') return offered[0];
  const ranges = rangesOf(accept);
  const rated = offered.map((type) => ({ type, quality: qualityOf(type, ranges) }));
  const best = rated.reduce((best, next) => (next.quality > best.quality ? next : best));
  if (best.quality > 0) return best.type;
  throw new Problem(406, 'not-acceptable', `this is to be had as ${offered.join(', ')}`);
};
