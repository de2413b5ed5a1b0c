import type { KafkaMessage } from './event-message';
import { TopicEnds } from './topic-ends';
import type { ForeignEvent, NamedEvent } from './topic-ends';

const lost: ForeignEvent = { position: '9', ledgerEnd: '5' };

const message = (position: number): KafkaMessage =>
  ({ headers: { ce_position: String(position), ce_id: `id-${String(position)}` } }) as never;

/** Of one partition, whose last message is of event nine. */
const content = (kept: bigint) => ({
  kept,
  ends: kept === 0n ? [] : [{ partition: 0, offset: kept - 1n }],
});

let foreign: ForeignEvent | null;
let named: readonly NamedEvent[];
let readings: bigint[];
let answer: () => Promise<KafkaMessage[]>;
let ends: TopicEnds;

beforeEach(() => {
  foreign = null;
  named = [];
  readings = [];
  answer = () => Promise.resolve([message(9)]);
  ends = new TopicEnds(
    (places) => {
      readings.push(...places.map(({ offset }) => offset));
      return answer();
    },
    (events) => {
      named = events;
      return Promise.resolve(foreign);
    },
  );
});

const ahead = async (sent: bigint, held: ReturnType<typeof content>) => {
  await ends.compare(sent, held);
  return ends.known;
};

describe('the ends of a topic', () => {
  it('are not read where the topic has no more than was sent to it', async () => {
    expect(await ahead(9n, content(9n))).toBeNull();
    expect(await ahead(9n, content(12n))).toBeNull(); // more was sent while it was looked at
    expect(readings).toEqual([]);
  });

  it('are level where the ledger has what a crash left sent and not stored', async () => {
    expect(await ahead(5n, content(9n))).toBeNull();
    expect([readings, named]).toEqual([[8n], [{ position: '9', eventId: 'id-9' }]]);
    expect(await ahead(9n, content(12n))).toBeNull();
    expect(readings).toHaveLength(1); // and are not read again
  });

  it('are ahead where the ledger has not what is there, until it is restored once more', async () => {
    foreign = lost;
    expect(await ahead(5n, content(9n))).toEqual(lost);
    foreign = null;
    expect(await ahead(5n, content(9n))).toBeNull();
  });

  it('stay ahead while the relay is let forget its place, until the topic is deleted', async () => {
    foreign = lost;
    await ahead(5n, content(9n));
    expect(await ahead(0n, content(9n))).toEqual(lost);
    expect(await ahead(0n, content(0n))).toBeNull();
    await ahead(0n, content(3n));
    expect(readings).toEqual([8n, 8n]);
  });

  it('are read again where the ledger is put back while they are watched', async () => {
    await ahead(9n, content(9n));
    foreign = lost;
    expect(await ahead(5n, content(9n))).toEqual(lost);
  });

  it('are read again for one who is about to publish', async () => {
    await ahead(9n, content(9n));
    foreign = lost;
    ends.doubt();
    expect(await ahead(9n, content(10n))).toEqual(lost);
  });

  it('are read until it succeeds, and what was known stays known meanwhile', async () => {
    answer = () => Promise.reject(new Error('brokers are away'));
    await expect(ahead(5n, content(9n))).rejects.toThrow('brokers are away');
    expect(ends.known).toBeNull();
    answer = () => Promise.resolve([message(9)]);
    foreign = lost;
    expect(await ahead(6n, content(9n))).toEqual(lost);
    answer = () => Promise.reject(new Error('brokers are away'));
    await expect(ahead(6n, content(9n))).rejects.toThrow('brokers are away');
    expect(ends.known).toEqual(lost);
  });

  it.each([[[]], [[{ headers: {} } as never]], [[{ headers: { ce_position: 'x' } } as never]]])(
    'tell nothing where what is there is none of ours',
    async (messages) => {
      foreign = lost;
      answer = () => Promise.resolve(messages);
      expect(await ahead(5n, content(9n))).toBeNull();
    },
  );
});
