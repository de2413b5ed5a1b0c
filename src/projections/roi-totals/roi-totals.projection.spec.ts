import fc from 'fast-check';
import { anyLedger, inBatches } from '../../../test/harness/histories';
import type { RecordedEvent } from '../../events';
import { foldTotals, keyText } from '../fold';
import type { TotalsDelta } from '../fold';
import { observed } from '../histogram';
import { merge } from '../merge';
import { roiTotals } from './roi-totals.projection';

const projection = roiTotals;

type Table = Map<string, TotalsDelta>;

const fold = (events: readonly RecordedEvent[]): Table => {
  const deltas: Table = new Map();
  for (const event of events) foldTotals(projection, deltas, event);
  return deltas;
};

/** What the database does with the deltas of a batch. */
const mergeInto = (table: Table, deltas: Table): Table => {
  for (const [text, { key, add }] of deltas) {
    const before = table.get(text)?.add;
    const merged = Object.entries(add).map(([name, value]) => [
      name,
      before === undefined ? value : merge(projection.measures[name]!, before[name], value),
    ]);
    table.set(text, { key, add: Object.fromEntries(merged) as TotalsDelta['add'] });
  }
  return table;
};

const sorted = (table: Table): [string, TotalsDelta][] =>
  [...table].sort(([left], [right]) => (left < right ? -1 : 1));

const call = (change: object = {}, data: object = {}): RecordedEvent =>
  ({
    position: 1n,
    stream: 'execution-one',
    version: 2,
    deploymentId: 'd7',
    occurredAt: '2026-01-08T23:59:59.999999Z',
    type: 'LlmCallRecorded',
    ...change,
    data: {
      agent: 'writer',
      model: 'gpt-4o',
      inputTokens: 1_000,
      cachedInputTokens: 200,
      outputTokens: 500,
      reasoningTokens: 100,
      durationMs: 2_500,
      cost: { source: 'reported', nanoUsd: '7500001' },
      metadata: {},
      ...data,
    },
  }) as RecordedEvent;

describe('a model call', () => {
  test('counts under its day, agent, model and deployment', () => {
    const key = { day: '2026-01-08', agent: 'writer', model: 'gpt-4o', deployment: 'd7' };
    const add = {
      calls: 1n,
      unpricedCalls: 0n,
      inputTokens: 1_000n,
      cachedInputTokens: 200n,
      outputTokens: 500n,
      reasoningTokens: 100n,
      costNanoUsd: 7_500_001n,
      durationMs: observed(2_500),
    };
    expect([...fold([call()])]).toEqual([[keyText(projection, key), { key, add }]]);
  });

  test('without a price costs nothing and is counted as unpriced', () => {
    const [delta] = fold([call({}, { cost: { source: 'unpriced' } })]).values();
    expect(delta?.add).toMatchObject({ calls: 1n, unpricedCalls: 1n, costNanoUsd: 0n });
  });

  test('adds up with those of the same key, and stays apart from others', () => {
    const other = call({ occurredAt: '2026-01-09T00:00:00.000000Z' });
    const rows = [...fold([call(), other, call()]).values()];
    expect(rows.map(({ add }) => add['calls'])).toEqual([2n, 1n]);
    expect(rows[0]?.add).toMatchObject({ costNanoUsd: 15_000_002n });
  });
});

test('nothing but model calls counts', () => {
  fc.assert(
    fc.property(anyLedger(), (ledger) => {
      expect(fold(ledger.filter(({ type }) => type !== 'LlmCallRecorded')).size).toBe(0);
    }),
    { numRuns: 30 },
  );
});

const shuffled = (ledger: RecordedEvent[]): fc.Arbitrary<RecordedEvent[]> =>
  fc.shuffledSubarray(ledger, { minLength: ledger.length });

test('the totals are the same in any order and any batches', () => {
  const ledgers = anyLedger(4, 40).chain((ledger) =>
    fc.tuple(fc.constant(ledger), shuffled(ledger), fc.array(fc.nat(50))),
  );
  fc.assert(
    fc.property(ledgers, ([ledger, anyOrder, cuts]) => {
      const batches = inBatches(anyOrder, cuts).map(fold);
      const whole = batches.reduce<Table>(mergeInto, new Map());
      expect(sorted(whole)).toEqual(sorted(fold(ledger)));
    }),
    { numRuns: 60 },
  );
});

test('the totals are those of a plain sum over the calls', () => {
  fc.assert(
    fc.property(anyLedger(4, 40), (ledger) => {
      const calls = ledger.filter((event) => event.type === 'LlmCallRecorded');
      const rows = [...fold(ledger).values()].map(({ add }) => add as Record<string, bigint>);
      const total = (name: string): bigint => rows.reduce((sum, row) => sum + row[name]!, 0n);
      expect(total('calls')).toBe(BigInt(calls.length));
      expect(total('costNanoUsd')).toBe(
        calls.reduce(
          (sum, { data: { cost } }) => sum + ('nanoUsd' in cost ? BigInt(cost.nanoUsd) : 0n),
          0n,
        ),
      );
      expect(total('inputTokens')).toBe(
        calls.reduce((sum, { data }) => sum + BigInt(data.inputTokens), 0n),
      );
    }),
  );
});

test('what the API shows has dollars beside nano-dollars, and percentiles', () => {
  const [delta] = fold([call(), call({}, { durationMs: 100 })]).values();
  const shown = projection.present({ ...delta?.key, ...delta?.add });
  expect(shown).toMatchObject({ day: '2026-01-08', costUsd: 0.015000002 });
  const { p50, p95, p99 } = shown['durationMs'] as Record<'p50' | 'p95' | 'p99', number>;
  expect(p50).toBeGreaterThan(95);
  expect(p50).toBeLessThan(105);
  expect(p95).toBe(p99);
  expect(p99).toBeGreaterThan(2_375);
  expect(p99).toBeLessThan(2_625);
});
