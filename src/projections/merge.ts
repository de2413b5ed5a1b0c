import type { Measure } from './columns';

type Way = Measure<unknown>['merge'];
type Merge = (left: never, right: never) => unknown;

const merges: Record<Way, Merge> = {
  sum: (left: bigint, right: bigint) => left + right,
  min: (left: string, right: string) => (left < right ? left : right),
  max: (left: string, right: string) => (left > right ? left : right),
};

const forms: Record<Way, (value: unknown) => boolean> = {
  sum: (value) => typeof value === 'bigint',
  min: (value) => typeof value === 'string',
  max: (value) => typeof value === 'string',
};

/** The one meaning of each way to merge, in memory. Its twin in SQL stands in `modules/projector`. */
export const merge = (measure: Measure<unknown>, left: unknown, right: unknown): unknown =>
  merges[measure.merge](left as never, right as never);

export const isMergeable = ({ merge: way }: Measure<unknown>, value: unknown): boolean =>
  forms[way](value);
