import { hash } from 'node:crypto';
import { chainHash } from '../ledger/seal';
import { ArchiveChain } from './archive-chain';
import type { ArchivedEvent } from './archived-line';

const genesis = hash('sha256', 'flowledger');
const digestOf = (position: number): Buffer => hash('sha256', String(position), 'buffer');
const digests = (first: number, last: number): Buffer[] =>
  Array.from({ length: last - first + 1 }, (_, index) => digestOf(first + index));

/** Commits of events 1 to 3, 4 to 7 and 8 to 9. */
const ends = [3, 7, 9];
const hashes = ends.reduce<Record<number, string>>((all, end, index) => {
  const before = ends[index - 1] ?? 0;
  const previous = Buffer.from(all[before] ?? genesis, 'hex');
  return { ...all, [end]: chainHash(previous, digests(before + 1, end)).toString('hex') };
}, {});

const event = (position: number): ArchivedEvent => {
  const index = ends.indexOf(position);
  const first = BigInt((ends[index - 1] ?? 0) + 1);
  return {
    position: BigInt(position),
    digest: digestOf(position),
    commit: index === -1 ? null : { first, hash: hashes[position] ?? '' },
  };
};

const begin = (first: number): { chain: ArchiveChain; faults: string[] } => {
  const end = Math.max(0, ...ends.filter((one) => one < first));
  const before = {
    position: String(end),
    hash: hashes[end] ?? genesis,
    digests: digests(end + 1, first - 1).map((digest) => digest.toString('hex')),
  };
  const faults: string[] = [];
  const chain = new ArchiveChain({ before, firstPosition: String(first) }, (detail) =>
    faults.push(detail),
  );
  return { chain, faults };
};

const hereAt = (position: number): string => {
  const end = Math.max(0, ...ends.filter((one) => one <= position));
  const previous = hashes[end] ?? genesis;
  if (end === position) return previous;
  return chainHash(Buffer.from(previous, 'hex'), digests(end + 1, position)).toString('hex');
};

test('it begins and ends anywhere, within a commit, too', () => {
  for (let first = 1; first <= 9; first += 1) {
    const { chain, faults } = begin(first);
    expect(chain.hashHere).toBe(hereAt(first - 1));
    for (let position = first; position <= 9; position += 1) {
      chain.take(event(position));
      expect(chain.hashHere).toBe(hereAt(position));
    }
    expect(faults).toEqual([]);
    expect(chain.events).toBe(10 - first);
  }
});

test('an event that is another is found at the end of its commit, once', () => {
  const { chain, faults } = begin(1);
  for (let position = 1; position <= 9; position += 1) {
    chain.take(position === 5 ? { ...event(5), digest: digestOf(99) } : event(position));
  }
  expect(faults).toEqual(['the commit of events 4 to 7 has another hash than its events make']);
});

test('an event that is missing, and one that is there twice', () => {
  const { chain, faults } = begin(1);
  for (const position of [1, 2, 4, 4]) chain.take(event(position));
  expect(faults).toEqual(['event 4 follows event 2', 'event 4 follows event 4']);
});

test('a commit that is told to begin elsewhere', () => {
  const { chain, faults } = begin(1);
  for (const position of [1, 2]) chain.take(event(position));
  chain.take({ ...event(3), commit: { first: 2n, hash: hashes[3] ?? '' } });
  expect(faults).toEqual(['the commit of events 1 to 3 is told to begin at 2']);
});
