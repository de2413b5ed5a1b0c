import { z } from 'zod';

/**
 * A mergeable histogram of whole, non-negative values: counts per logarithmic bucket, so that any
 * percentile is known within 5 % of its value. Bucket 0 holds 0, bucket i > 0 holds values in
 * (gamma^(i-2), gamma^(i-1)], with gamma = (1 + a) / (1 - a) and a = 0.05.
 *
 * All counts are one number, twelve decimal digits each, bucket 0 the least: sum(count of i * 10^(12 i)).
 * So histograms merge by addition, here and in PostgreSQL (`numeric`), where merging arrays took
 * thirty times as long. No bucket may count 10^12 values or more.
 *
 * Source of the buckets: C. Masson, J. E. Rim, H. K. Lee, "DDSketch", PVLDB 12(12), 2019, section 2.
 */
export type Histogram = bigint;

const relativeError = 0.05;
const gamma = (1 + relativeError) / (1 - relativeError);
const logGamma = Math.log(gamma);

const bucketOf = (value: number): number =>
  value <= 0 ? 0 : Math.max(1, Math.ceil(Math.log(value) / logGamma - 1e-9) + 1);

/** The value within 5 % of everything in the bucket (Masson et al., lemma 2). */
const valueOf = (bucket: number): number =>
  bucket === 0 ? 0 : (2 * gamma ** (bucket - 1)) / (gamma + 1);

const digits = 12;

/** What was made before, by bucket: many observations share few buckets. */
const units: Histogram[] = [];

/** What one observation in a bucket counts. */
const unitOf = (bucket: number): Histogram => (units[bucket] ??= 10n ** BigInt(digits * bucket));

/** The histogram of one value. */
export const observed = (value: number): Histogram => unitOf(bucketOf(value));

/** The highest bucket that counts anything, in a histogram that is not empty. */
const highestIn = (histogram: Histogram): number => {
  let above = 1;
  while (histogram >= unitOf(above)) above *= 2;
  let highest = 0;
  while (above - highest > 1) {
    const middle = (highest + above) >> 1;
    if (histogram >= unitOf(middle)) highest = middle;
    else above = middle;
  }
  return highest;
};

/**
 * A histogram as PostgreSQL reads a `numeric`, with the empty buckets below the lowest as an exponent:
 * 10^936 is `1e936`. Its thousand digits took ten times as long to make, and more to send and to read.
 */
export const histogramText = (histogram: Histogram): string => {
  if (histogram < 0n) return `-${histogramText(-histogram)}`;
  let text = '';
  let last = 0;
  for (let rest = histogram; rest > 0n;) {
    const bucket = highestIn(rest);
    const count = rest / unitOf(bucket);
    rest -= count * unitOf(bucket);
    text += text === '' ? String(count) : String(count).padStart(digits * (last - bucket), '0');
    last = bucket;
  }
  if (text === '') return '0';
  return last === 0 ? text : `${text}e${String(digits * last)}`;
};

/**
 * The counts by bucket, up to the last that is not 0. Its digits, as the database gives them, are counted
 * sooner than the number that they make.
 */
export const countsOf = (histogram: Histogram | string): number[] => {
  const text = String(histogram);
  const counts: number[] = [];
  for (let end = text.length; end > 0; end -= digits) {
    counts.push(Number(text.slice(Math.max(0, end - digits), end)));
  }
  while (counts.at(-1) === 0) counts.pop();
  return counts;
};

/** Several quantiles of one histogram, as `quantile` gives each. */
const quantiles = (histogram: Histogram | string, asked: readonly number[]): (number | null)[] => {
  const counts = countsOf(histogram);
  const total = counts.reduce((all, count) => all + count, 0);
  return asked.map((q) => {
    if (total === 0) return null;
    const rank = Math.max(1, Math.ceil(q * total));
    let seen = 0;
    const bucket = counts.findIndex((count) => (seen += count) >= rank);
    return Math.round(valueOf(bucket) * 10) / 10;
  });
};

/**
 * The `q` quantile (0..1) by nearest rank, or null where nothing was observed. Its twin in SQL is
 * `read.quantile`.
 */
export const quantile = (histogram: Histogram, q: number): number | null => {
  const [value = null] = quantiles(histogram, [q]);
  return value;
};

const percentile = z.number().nullable();

/** The percentiles that answers show; null where nothing was observed. */
export const percentilesSchema = z.object({ p50: percentile, p95: percentile, p99: percentile });

/** Those of a histogram or its digits. */
export const percentiles = (histogram: Histogram | string): z.output<typeof percentilesSchema> => {
  const [p50 = null, p95 = null, p99 = null] = quantiles(histogram, [0.5, 0.95, 0.99]);
  return { p50, p95, p99 };
};
