import type { Measure } from './columns';
import { addHistogram, mergeHistograms } from './histogram';
import type { Histogram } from './histogram';

type Way = Measure<unknown>['merge'];
type Merge = (left: never, right: never) => unknown;

const merges: Record<Way, Merge> = {
  sum: (left: bigint, right: bigint) => left + right,
  min: (left: string, right: string) => (left < right ? left : right),
  max: (left: string, right: string) => (left > right ? left : right),
  histogram: (left: Histogram, right: Histogram) => mergeHistograms(left, right),
};

const forms: Record<Way, (value: unknown) => boolean> = {
  sum: (value) => typeof value === 'bigint',
  min: (value) => typeof value === 'string',
  max: (value) => typeof value === 'string',
  histogram: (value) => Array.isArray(value),
};

/** The one meaning of each way to merge, in memory. Its twin in SQL stands in `modules/projector`. */
export const merge = (measure: Measure<unknown>, left: unknown, right: unknown): unknown =>
  merges[measure.merge](left as never, right as never);

export const isMergeable = ({ merge: way }: Measure<unknown>, value: unknown): boolean =>
  forms[way](value);

/** A value that may be accumulated into, whoever else holds the given one. */
export const own = (value: unknown): unknown =>
  Array.isArray(value) ? [...(value as Histogram)] : value;

/** As `merge`, but `sums`, which has to be the caller's own, may be changed on the way. */
export const accumulate = (measure: Measure<unknown>, sums: unknown, value: unknown): unknown => {
  if (measure.merge !== 'histogram') return merge(measure, sums, value);
  addHistogram(sums as bigint[], value as Histogram);
  return sums;
};
