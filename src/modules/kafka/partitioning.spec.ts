import fc from 'fast-check';
import murmur2 from 'kafkajs/src/producer/partitioners/default/murmur2';
import { partitionOf } from '../projector/partition';

/** As every Kafka client places a key. */
const placed = (key: string, partitions: number): number =>
  (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;

const counts = fc.integer({ min: 1, max: 1_000 });

describe('the partition of a stream', () => {
  it('is the one where any Kafka client puts its key', () => {
    const streams = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.uuid());
    fc.assert(
      fc.property(streams, counts, (stream, partitions) => {
        expect(partitionOf(stream, partitions)).toBe(placed(stream, partitions));
      }),
      { numRuns: 200 },
    );
  });
});
