import type { RecordedEvent } from '../../events';
import { foldTotals } from '../fold';
import type { TotalsDelta } from '../fold';
import { roiExceptions } from './roi-exceptions.projection';

const projection = roiExceptions;

const event = (type: string, data: object): RecordedEvent =>
  ({
    type,
    data,
    stream: 'execution-one',
    eventId: 'call-1',
    deploymentId: 'd7',
    occurredAt: '2026-01-08T23:59:59.999999Z',
  }) as unknown as RecordedEvent;
const call = (cost: object): RecordedEvent =>
  event('LlmCallRecorded', { agent: 'writer', model: 'gpt-4o', cost });
const reported = (nanoUsd: string, computed: string | null): RecordedEvent =>
  call({ source: 'reported', nanoUsd, computed: computed && { nanoUsd: computed } });

const fold = (...events: RecordedEvent[]): TotalsDelta[] => {
  const deltas = new Map<string, TotalsDelta>();
  for (const one of events) foldTotals(projection, deltas, one);
  return [...deltas.values()];
};

test.each([
  ['1010', '1000', false],
  ['1011', '1000', true],
  ['990', '1000', false],
  ['989', '1000', true],
  ['1', '0', true],
  ['0', '0', false],
])('%s reported where %s was computed deviates: %p', (nanoUsd, computed, deviates) => {
  expect(fold(reported(nanoUsd, computed))).toHaveLength(deviates ? 1 : 0);
});

test('tells by how much the reported cost is off', () => {
  const [row] = fold(reported('1500', '1000'));
  expect(row?.key).toMatchObject({ kind: 'deviating', call: 'call-1', execution: 'one' });
  expect(projection.present({ ...row?.key, ...row?.add })).toMatchObject({ percentOff: 50 });
});

test('a computed cost, and a reported one that the book knows nothing of, are no exceptions', () => {
  expect(fold(call({ source: 'computed', nanoUsd: '5' }), reported('5', null))).toEqual([]);
});

const repricedTo = (nanoUsd: string, previousNanoUsd: string | null = null): RecordedEvent => {
  const later = { call: 'call-1', agent: 'writer', model: 'gpt-4o', deploymentId: 'd7' };
  const occurredAt = '2026-01-08T23:59:59.999999Z';
  const calls = [{ ...later, occurredAt, previousNanoUsd, nanoUsd }];
  return event('CallsRepriced', { calls });
};

test('a call without a price is open until a repricing has one', () => {
  const unpriced = call({ source: 'unpriced' });
  expect(fold(unpriced)).toMatchObject([{ key: { kind: 'unpriced' }, add: { open: 1n } }]);
  expect(fold(unpriced, repricedTo('8'))).toMatchObject([
    { add: { open: 0n, computedNanoUsd: 8n } },
  ]);
  expect(fold(repricedTo('9', '8'))).toEqual([]);
});

test.each([
  ['with the price that a repricing found for another', ['110', '100'], 10],
  ['where only calls without a price are summed', null, null],
])('what is summed over both kinds is off by what was reported: %s', (_case, deviating, off) => {
  const [nanoUsd, computed] = deviating ?? [];
  const calls = nanoUsd === undefined ? [] : [reported(nanoUsd, computed ?? null)];
  const rows = fold(...calls, call({ source: 'unpriced' }), repricedTo('100'));
  const sumOf = (measure: string): bigint =>
    rows.reduce((sum, { add }) => sum + ((add[measure] as bigint | undefined) ?? 0n), 0n);
  const sums = Object.keys(projection.measures).map((name) => [name, sumOf(name)] as const);
  expect(projection.present(Object.fromEntries(sums))).toMatchObject({ percentOff: off });
});
