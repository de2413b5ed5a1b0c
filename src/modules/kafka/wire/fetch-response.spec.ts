import fc from 'fast-check';
import { decode } from 'kafkajs/src/protocol/requests/fetch/v11/response';
import { ByteWriter } from './byte-writer';
import { decodeFetch } from './fetch-response';
import { encodeProduce } from './produce-request';

const field = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
);
const name = fc.oneof(
  fc.constantFrom('ce_id', 'ce_type', 'content-type'),
  // kafkajs keeps headers in a plain object, in which this name is none.
  fc.string({ minLength: 1 }).filter((text) => text !== '__proto__'),
);
const message = fc.record({
  key: fc.option(field),
  value: fc.option(field),
  headers: fc.dictionary(name, fc.oneof(field, fc.array(field, { minLength: 2, maxLength: 3 })), {
    maxKeys: 5,
    noNullPrototype: true,
  }),
});
const batches = fc.array(fc.array(message, { minLength: 1, maxLength: 10 }), { maxLength: 4 });

/** The record batch that a broker keeps of a produce request with these messages. */
const batchOf = (messages: readonly object[], firstOffset: bigint): Buffer => {
  const partitions = [{ partition: 0, firstSequence: 0, messages: messages as never }];
  const topicData = [{ topic: 't', partitions }];
  const asked = { acks: -1, timeout: 0, producerId: '7', producerEpoch: 0, topicData };
  const batch = Buffer.from(encodeProduce(asked, 0).subarray(2 + 2 + 4 + 4 + 3 + 4 + 4 + 4));
  batch.writeBigInt64BE(firstOffset);
  return batch;
};

const attributesAt = 8 + 4 + 4 + 1 + 4;

/** A response with one topic and one partition. */
const responseOf = (records: Buffer, abortedTransactions = 0): Buffer => {
  const out = new ByteWriter(0).int32(0).int16(0).int32(99).int32(1);
  out.shortText('flowledger.events').int32(1);
  out.int32(5).int16(0).int64(1_000n).int64(1_000n).int64(0n);
  out.int32(abortedTransactions);
  for (let index = 0; index < abortedTransactions; index += 1) out.int64(1n).int64(2n);
  out.int32(-1).int32(records.length).raw(records);
  return Buffer.from(out.written());
};

const recordsOf = (groups: readonly (readonly object[])[]): Buffer => {
  let offset = 41n;
  return Buffer.concat(
    groups.map((messages) => {
      const batch = batchOf(messages, offset);
      offset += BigInt(messages.length);
      return batch;
    }),
  );
};

/** What kafkajs makes of it, without what it keeps for transactions. */
const byKafkajs = async (payload: Buffer): Promise<unknown> => {
  const decoded = await decode(payload);
  for (const { partitions } of decoded.responses)
    for (const { messages } of partitions) for (const one of messages) delete one.batchContext;
  return decoded;
};

describe('a fetch response', () => {
  it('is decoded to what kafkajs makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (groups) => {
        const payload = responseOf(recordsOf(groups));
        expect(decodeFetch(payload)).toEqual(await byKafkajs(payload));
      }),
      { numRuns: 40 },
    );
  });

  it('is decoded up to the batch that is cut off', () => {
    fc.assert(
      fc.property(batches, message, fc.nat(), (groups, last, place) => {
        const whole = recordsOf(groups);
        const next = batchOf([last], 1_000n);
        const records = Buffer.concat([whole, next.subarray(0, place % next.length)]);
        const messages = decodeFetch(responseOf(records))?.responses[0]?.partitions[0]?.messages;
        expect(messages).toHaveLength(groups.flat().length);
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ['compressed', 0b000001],
    ['transactional', 0b010000],
    ['a control batch', 0b100000],
  ])('is left to kafkajs where a batch is %s', (_, attributes) => {
    const records = batchOf([{ key: null, value: 'one', headers: {} }], 0n);
    records.writeInt16BE(attributes, attributesAt);
    expect(decodeFetch(responseOf(records))).toBeNull();
  });

  it('is left to kafkajs where transactions were aborted', () => {
    expect(decodeFetch(responseOf(Buffer.alloc(0), 1))).toBeNull();
  });
});
