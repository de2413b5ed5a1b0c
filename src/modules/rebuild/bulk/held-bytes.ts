/** Rows that stand for the others: those that have been there the longest, which have grown most. */
const sampled = 16;

/* About what V8 takes on 64 bits, room for growth included. */
const perEntry = 64;
const perObject = 48;
const perProperty = 16;
const perText = 24;
const perBigInt = 24;

const bytesOf = (value: unknown): number => {
  if (typeof value === 'string') return perText + value.length;
  // Histograms are numbers of hundreds of digits.
  if (typeof value === 'bigint') return perBigInt + value.toString(16).length / 2;
  if (typeof value !== 'object' || value === null) return 0;
  let bytes = perObject;
  for (const part of Object.values(value)) bytes += perProperty + bytesOf(part);
  return bytes;
};

/** The memory that a map of rows takes, in bytes: an estimate by some of them. */
export const heldBytes = (rows: ReadonlyMap<string, object>): number => {
  let bytes = 0;
  let count = 0;
  for (const [key, row] of rows) {
    if (count === sampled) break;
    count += 1;
    bytes += perEntry + bytesOf(key) + bytesOf(row);
  }
  return count === 0 ? 0 : (bytes / count) * rows.size;
};
