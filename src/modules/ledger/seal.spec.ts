import { hash } from 'node:crypto';
import { chainHash, digestOf } from './seal';
import type { Sealable } from './seal';

/*
 * The vectors were computed by another program from the recipe in words: SHA-256 over the fields,
 * one a line, the data last; SHA-256 over the hash before and the digests. They are frozen: a
 * ledger written by any release has to be verified by every later one.
 */
const genesis = 'db2ebcac8e623667af776d6c32ec7129dc7d916ba24f9ebcfd30be35b424eaea';

const first: Sealable = {
  position: 1n,
  stream: 'execution-one',
  version: 1,
  eventId: '01890a5d-ac96-774b-bcce-b302099a8057',
  type: 'ExecutionStarted',
  schemaVersion: 1,
  deploymentId: 'initial',
  correlationId: 'c-1',
  causationId: null,
  actor: 'service',
  occurredAt: '2026-01-08T22:32:15.550791Z',
  recordedAt: '2026-01-08T22:32:16.000000Z',
  text: '{"topic":"Über\\nalles"}',
};

const second: Sealable = {
  ...first,
  position: 2n,
  version: 2,
  eventId: '01890a5d-ac96-774b-bcce-b302099a8058',
  type: 'ExecutionPaused',
  deploymentId: 'd7',
  correlationId: 'c-2',
  causationId: 'cause',
  text: '{"reason":null}',
};

test('the digest of an event is as published', () => {
  expect(digestOf(first).toString('hex')).toBe(
    '7c2925bf64e89e752c68f1183905169473a519d5df09930b26855d9ded341c03',
  );
  expect(digestOf(second).toString('hex')).toBe(
    '845ec777e1fd8615cd33c7ac81589d8e8929a8564fc6111828eca42cd2a816ec',
  );
});

test('the chain begins with the hash of the name, and goes on as published', () => {
  const before = hash('sha256', 'flowledger', 'buffer');
  expect(before.toString('hex')).toBe(genesis);
  expect(chainHash(before, [digestOf(first), digestOf(second)]).toString('hex')).toBe(
    '5ebe6e61ce25df7681f806d5f664f1aad041cf7f2f8ba0adac2b6b60ce241744',
  );
});

test.each(Object.keys(first) as (keyof Sealable)[])(
  'a change of %s changes the digest',
  (field) => {
    const value = first[field];
    const changed = typeof value === 'bigint' ? value + 1n : `${value ?? ''}1`;
    expect(digestOf({ ...first, [field]: changed })).not.toEqual(digestOf(first));
  },
);

test('the order of events is sealed', () => {
  const digests = [digestOf(first), digestOf(second)];
  const before = Buffer.from(genesis, 'hex');
  expect(chainHash(before, digests)).not.toEqual(chainHash(before, digests.toReversed()));
});
