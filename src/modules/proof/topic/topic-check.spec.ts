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
    const { check, faults } = checked(10n, 300_001n, [12n, 13n, 99_999n, 200_011n, 300_000n]);
    await check.finish(() => undefined);
    expect(faults.listed.map(({ detail }) => detail)).toEqual([
      'event 11 is not on the topic',
      'events 14 to 99998 are not on the topic',
      'events 100000 to 200010 are not on the topic',
      'events 200012 to 299999 are not on the topic',
      'event 300001 is not on the topic',
    ]);
  });

  it('names what a message has that the ledger has not', () => {
    const { check, faults } = checked(10n, 20n, [11n]);
    const told = { position: 12n, previous: 11n, stream, digest: 'd' };
    check.take(partition, { ...told, position: 21n }, undefined);
    check.take(partition, told, 'e');
    check.take(partition, { ...told, position: 10n }, undefined); // before what is looked at
    check.take((partition + 1) % 4, { ...told, position: 13n }, 'd');
    const other = (partition + 1) % 4;
    expect(faults.listed.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['unknown', `the message of event 21 in partition ${String(partition)} is not in the ledger`],
      [
        'altered',
        `the message of event 12 in partition ${String(partition)} does not tell what the ledger has`,
      ],
      [
        'partition',
        `the message of event 13 in partition ${String(other)} is not in the partition of ${stream}`,
      ],
    ]);
  });

  it('names what comes in another order than it was recorded in', () => {
    const { check, faults } = checked(10n, 20n, [11n, 12n, 14n]);
    const message = (position: bigint, previous: bigint) =>
      check.take(partition, { position, previous, stream, digest: 'd' }, 'd');
    message(12n, 11n); // sent again
    message(15n, 12n);
    message(17n, 16n); // what is missing is named as missing
    message(18n, 9n);
    message(13n, 12n);
    expect(check.resent).toBe(1);
    const of = (position: number) =>
      `the message of event ${String(position)} in partition ${String(partition)}`;
    expect(faults.listed.map(({ kind, detail }) => [kind, detail])).toEqual([
      ['previous', `${of(15)} names 12 as the one before it, which is 14`],
      ['previous', `${of(18)} names 9 as the one before it, which is 17`],
      ['order', `${of(13)} comes behind 18 for the first time`],
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
