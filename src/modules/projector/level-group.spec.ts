import type { StoredEvent } from '../../events/event-metadata';
import { LevelGroup } from './level-group';

const eventAt = (position: number): StoredEvent => ({ position: BigInt(position) }) as StoredEvent;

describe('those that are level', () => {
  let ledger: StoredEvent[];
  let readsFailWith: Error | null;
  let unable: Map<string, Error>;
  let applied: [readonly string[], number[]][];
  let group: LevelGroup<string>;
  let stop: AbortController;
  let over: Promise<void>;

  beforeEach(() => {
    jest.useFakeTimers();
    ledger = [];
    readsFailWith = null;
    unable = new Map();
    applied = [];
    const read = (after: bigint): Promise<StoredEvent[]> =>
      readsFailWith === null
        ? Promise.resolve(ledger.filter(({ position }) => position > after))
        : Promise.reject(readsFailWith);
    group = new LevelGroup(read, (runners, events) => {
      applied.push([runners, events.map(({ position }) => Number(position))]);
      return Promise.resolve(new Map([...unable].filter(([runner]) => runners.includes(runner))));
    });
    stop = new AbortController();
    over = group.run(stop.signal);
  });

  afterEach(async () => {
    stop.abort();
    await over;
    jest.useRealTimers();
  });

  const settle = (milliseconds = 100): Promise<void> => jest.advanceTimersByTimeAsync(milliseconds);

  const record = async (...positions: number[]): Promise<void> => {
    ledger.push(...positions.map(eventAt));
    group.wake();
    await settle();
  };

  it('are given what is new together, read from where the last of them is', async () => {
    const memberships = [group.join('a', 2n, stop.signal), group.join('b', 1n, stop.signal)];
    await record(1, 2, 3);
    await record(4);
    expect(applied).toEqual([
      [
        ['a', 'b'],
        [2, 3],
      ],
      [['a', 'b'], [4]],
    ]);
    stop.abort();
    await expect(Promise.all(memberships)).resolves.toBeDefined();
  });

  it('are given together what comes shortly after one another', async () => {
    void group.join('a', 0n, stop.signal);
    await record(1);
    ledger.push(eventAt(2));
    group.wake();
    await settle(1);
    ledger.push(eventAt(3));
    group.wake();
    await settle();
    expect(applied.map(([, positions]) => positions)).toEqual([[1], [2], [3]]);
    ledger.push(eventAt(4));
    group.wake();
    await settle(1);
    ledger.push(eventAt(5));
    group.wake();
    ledger.push(eventAt(6));
    group.wake();
    await settle();
    expect(applied.slice(3).map(([, positions]) => positions)).toEqual([[4], [5, 6]]);
  });

  it('go on without one that cannot, which is told why and may come back', async () => {
    const able = group.join('a', 0n, stop.signal);
    const trouble = new Error('no fold for this');
    unable.set('b', trouble);
    const dismissed = expect(group.join('b', 0n, stop.signal)).rejects.toBe(trouble);
    await record(1);
    await dismissed;
    await record(2);
    unable.clear();
    const back = group.join('b', 1n, stop.signal);
    await record(3);
    expect(applied).toEqual([
      [['a', 'b'], [1]],
      [['a'], [2]],
      [
        ['a', 'b'],
        [2, 3],
      ],
    ]);
    stop.abort();
    await Promise.all([able, back]);
  });

  it('are all dismissed where the ledger cannot be read', async () => {
    readsFailWith = new Error('the database is away');
    const memberships = [group.join('a', 0n, stop.signal), group.join('b', 0n, stop.signal)];
    const told = Promise.allSettled(memberships);
    await settle();
    expect(await told).toEqual([
      { status: 'rejected', reason: readsFailWith },
      { status: 'rejected', reason: readsFailWith },
    ]);
    readsFailWith = null;
    void group.join('a', 0n, stop.signal);
    await record(1);
    expect(applied).toEqual([[['a'], [1]]]);
  });

  it('look by themselves, should nobody have told them', async () => {
    void group.join('a', 0n, stop.signal);
    await settle();
    ledger.push(eventAt(1));
    await settle(2_000);
    expect(applied).toEqual([[['a'], [1]]]);
  });

  it('go on without one that is not to be fed any more', async () => {
    const gone = new AbortController();
    const left = group.join('a', 0n, gone.signal);
    void group.join('b', 0n, stop.signal);
    await record(1);
    gone.abort();
    await left;
    await record(2);
    expect(applied).toEqual([
      [['a', 'b'], [1]],
      [['b'], [2]],
    ]);
  });

  it('take in nobody once they were stopped', async () => {
    stop.abort();
    await over;
    await group.join('a', 0n, stop.signal);
    expect(applied).toEqual([]);
  });

  it('are kept level again when the office is taken up once more', async () => {
    const before = group.join('a', 0n, stop.signal);
    stop.abort();
    await Promise.all([over, before]);
    stop = new AbortController();
    over = group.run(stop.signal);
    let hasLeft = false;
    void group.join('a', 0n, stop.signal).then(() => {
      hasLeft = true;
    });
    await record(1);
    expect(hasLeft).toBe(false);
    expect(applied).toEqual([[['a'], [1]]]);
  });
});
