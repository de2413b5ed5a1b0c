import { setImmediate } from 'node:timers/promises';
import { FaultList } from '../fault-list';
import type { TopicFault } from '../proof.schemas';
import { partitionOf } from '../../projector/partition';
import { TopicCheck } from './topic-check';

const stream = 'execution-one';
const partition = partitionOf(stream, 4);

const checked = (after: bigint, end: bigint, positions: readonly bigint[]) => {
  const faults = new FaultList<TopicFault>();
  const check = new TopicCheck(after, end, 4, faults);
  let previous = after;
  for (const position of positions) {
    check.take(partition, { position, previous, stream, digest: 'd' }, 'd');
    previous = position;
  }
  return { check, faults };
};

describe('holding a topic against the ledger', () => {
  it('names every stretch of positions that no message had, across its portions', async () => {
    const { check, faults } = checked(10n, 300_000n, [12n, 13n, 99_999n, 200_011n, 300_000n]);
    await check.finish(() => undefined);
    expect(faults.listed.map(({ detail }) => detail)).toEqual([
      'event 11 is not on the topic',
      'events 14 to 99998 are not on the topic',
      'events 100000 to 200010 are not on the topic',
      'events 200012 to 299999 are not on the topic',
    ]);
  });

  it('gives others a turn between portions of millions of positions, and tells how far it is', async () => {
    const { check } = checked(0n, 1_000_000n, []);
    const done: number[] = [];
    const finishing = check.finish((positions) => done.push(positions));
    await setImmediate();
    expect(done.length).toBeLessThan(10); // somebody else had a turn
    await finishing;
    expect(done).toEqual(Array<number>(10).fill(100_000));
  });

  it('ends where whoever is told how far it is wants no more', async () => {
    const { check, faults } = checked(0n, 300_000n, []);
    const stopped = new Error('stopped');
    const finishing = check.finish(() => {
      throw stopped;
    });
    await expect(finishing).rejects.toBe(stopped);
    expect(faults.count).toBe(0);
  });
});
