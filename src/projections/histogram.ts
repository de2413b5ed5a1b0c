/**
 * A mergeable histogram of whole, non-negative values: counts per logarithmic bucket, so that any
 * percentile is known within 5 % of its value. Bucket 0 holds 0, bucket i > 0 holds values in
 * (gamma^(i-2), gamma^(i-1)], with gamma = (1 + a) / (1 - a) and a = 0.05.
 *
 * Source: C. Masson, J. E. Rim, H. K. Lee, "DDSketch", PVLDB 12(12), 2019, section 2.
 */
export type Histogram = readonly bigint[];

const relativeError = 0.05;
const gamma = (1 + relativeError) / (1 - relativeError);
const logGamma = Math.log(gamma);

const bucketOf = (value: number): number =>
  value <= 0 ? 0 : Math.max(1, Math.ceil(Math.log(value) / logGamma - 1e-9) + 1);

/** The value within 5 % of everything in the bucket (Masson et al., lemma 2). */
const valueOf = (bucket: number): number =>
  bucket === 0 ? 0 : (2 * gamma ** (bucket - 1)) / (gamma + 1);

/** What was made before, by bucket: many observations share few buckets. */
const single: Histogram[] = [];

const singleOf = (bucket: number): Histogram => {
  const counts = new Array<bigint>(bucket + 1).fill(0n);
  counts[bucket] = 1n;
  return Object.freeze(counts);
};

/** The histogram of one value. */
export const observed = (value: number): Histogram => {
  const bucket = bucketOf(value);
  return (single[bucket] ??= singleOf(bucket));
};

/** Adds a histogram to another in place. */
export const addHistogram = (to: bigint[], added: Histogram): void => {
  for (let bucket = 0; bucket < added.length; bucket += 1) {
    const count = added[bucket] ?? 0n;
    if (bucket >= to.length) to.push(count);
    else if (count !== 0n) to[bucket] = (to[bucket] ?? 0n) + count;
  }
};

export const mergeHistograms = (left: Histogram, right: Histogram): Histogram => {
  const [longer, shorter] = left.length >= right.length ? [left, right] : [right, left];
  return longer.map((count, bucket) => count + (shorter[bucket] ?? 0n));
};

/** The `q` quantile (0..1) by nearest rank, or null where nothing was observed. */
export const quantile = (counts: Histogram, q: number): number | null => {
  const total = counts.reduce((all, count) => all + count, 0n);
  if (total === 0n) return null;
  const rank = BigInt(Math.max(1, Math.ceil(q * Number(total))));
  let seen = 0n;
  const bucket = counts.findIndex((count) => (seen += count) >= rank);
  return Math.round(valueOf(bucket) * 10) / 10;
};
