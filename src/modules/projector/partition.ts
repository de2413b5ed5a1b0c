const seed = 0x9747b28c;
const m = 0x5bd1e995;

/**
 * MurmurHash2, 32 bit, as Kafka's own clients hash keys, so that other producers and consumers
 * place a stream in the same partition.
 *
 * Source: A. Appleby, MurmurHash2 (public domain); Apache Kafka, `Utils.murmur2`.
 */
const murmur2 = (bytes: Buffer): number => {
  const { length } = bytes;
  let h = seed ^ length;
  const whole = length & ~3;
  for (let at = 0; at < whole; at += 4) {
    let k = Math.imul(bytes.readInt32LE(at), m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  const rest = length - whole;
  if (rest > 2) h ^= (bytes[whole + 2] ?? 0) << 16;
  if (rest > 1) h ^= (bytes[whole + 1] ?? 0) << 8;
  if (rest > 0) h = Math.imul(h ^ (bytes[whole] ?? 0), m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
};

/** The partition of the topic, and of the checkpoints, that a stream belongs to. */
export const partitionOf = (stream: string, partitions: number): number =>
  (murmur2(Buffer.from(stream)) & 0x7fffffff) % partitions;
