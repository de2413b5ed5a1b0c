import fc from 'fast-check';
import request from 'kafkajs/src/protocol/requests/produce/v7/request';
import { encodeProduce, isPlain } from './produce-request';

const now = 1_767_911_535_000;

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', 'a'.repeat(63), 'a'.repeat(64), 'ü'.repeat(40), 'x'.repeat(9_000)),
);
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const field = fc.oneof(text, bytes);
const headers = fc.dictionary(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.oneof(field, fc.array(field, { maxLength: 3 })),
  { maxKeys: 16, noNullPrototype: true },
);
const messages = fc.array(
  fc.record(
    { key: fc.option(field), value: fc.option(field), headers },
    { requiredKeys: ['value'] },
  ),
  { minLength: 1, maxLength: 20 },
);
const parameters = fc.record({
  acks: fc.constantFrom(-1, 1),
  timeout: fc.nat(60_000),
  producerId: fc.oneof(fc.constant('-1'), fc.bigInt(0n, 2n ** 62n).map(String)),
  producerEpoch: fc.nat(1_000),
  topicData: fc.array(
    fc.record({
      topic: fc.string({ minLength: 1, maxLength: 30 }),
      partitions: fc.array(
        fc.record({ partition: fc.nat(100), firstSequence: fc.nat(), messages }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});

describe('a produce request', () => {
  beforeEach(() => {
    jest.spyOn(Date, 'now').mockReturnValue(now);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('is the same bytes that kafkajs makes', async () => {
    await fc.assert(
      fc.asyncProperty(parameters, async (asked) => {
        const { buffer } = await request(asked).encode();
        expect(encodeProduce(asked, 0).equals(buffer)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it('is the same whatever size was expected', () => {
    fc.assert(
      fc.property(parameters, fc.nat(100_000), (asked, expected) => {
        expect(encodeProduce(asked, expected).equals(encodeProduce(asked, 0))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['a transaction', { transactionalId: 'one' }],
    ['compression', { compression: 1 }],
  ])('is left to kafkajs with %s', (_, change) => {
    const asked = { acks: -1, timeout: 1, producerId: '1', producerEpoch: 0, topicData: [] };
    expect(isPlain(asked)).toBe(true);
    expect(isPlain({ ...asked, ...change })).toBe(false);
  });

  it('is left to kafkajs with a timestamp of its own', () => {
    const message = { value: 'one', timestamp: '1767911535000' };
    const partitions = [{ partition: 0, firstSequence: 0, messages: [message] }];
    const topicData = [{ topic: 'events', partitions }];
    const asked = { acks: -1, timeout: 1, producerId: '1', producerEpoch: 0, topicData };
    expect(isPlain(asked)).toBe(false);
  });
});
