import type { RecordedEvent } from '../../events';
import { foldTotals } from '../fold';
import type { TotalsDelta } from '../fold';
import { repricings } from './repricings.projection';

const clock = (index: number): string => `2026-01-08T22:0${String(index)}:00.000000Z`;

const rowAfter = (...facts: (readonly [string, object?])[]): Record<string, unknown> => {
  const deltas = new Map<string, TotalsDelta>();
  facts.forEach(([type, data = {}], index) => {
    const stream = type === 'CallsRepriced' ? 'execution-one' : 'repricing-r1';
    const event = { type, data, stream, recordedAt: clock(index) } as unknown as RecordedEvent;
    foldTotals(repricings, deltas, event);
  });
  const nothing = { completed: 0n, cancelled: 0n, previousNanoUsd: 0n, repricedNanoUsd: 0n };
  const rows = [...deltas.values()];
  expect(rows).toHaveLength(1);
  return repricings.present({ ...nothing, ...rows[0]!.key, ...rows[0]!.add });
};

const started = ['RepricingStarted'] as const;
const calls = [
  { previousNanoUsd: '7000000000', nanoUsd: '5000000000' },
  { previousNanoUsd: null, nanoUsd: '500000000' },
];
const repriced = ['CallsRepriced', { repricing: 'r1', calls }] as const;

test('a repricing tells what it changed, and by how much', () => {
  expect(rowAfter(started, repriced, repriced)).toMatchObject({
    repricing: 'r1',
    status: 'running',
    startedAt: clock(0),
    lastAt: clock(2),
    changedCalls: 4n,
    previousNanoUsd: 14_000_000_000n,
    repricedNanoUsd: 11_000_000_000n,
    differenceUsd: -3,
  });
});

test.each([
  ['RepricingCompleted', 'completed'],
  ['RepricingCancelled', 'cancelled'],
])('after %s it is %s', (type, status) => {
  expect(rowAfter(started, [type])).toMatchObject({ status, differenceUsd: 0, lastAt: clock(1) });
});
