import fc from 'fast-check';
import { anyLedger, inBatches } from '../../../test/harness/histories';
import type { RecordedEvent } from '../../events';
import { addDeltas, foldTotals, keyText } from '../fold';
import type { TotalsDelta } from '../fold';
import { observed } from '../histogram';
import { merge } from '../merge';
import { rollupOf } from '../projection';
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
      before?.[name] === undefined ? value : merge(projection.measures[name]!, before[name], value),
    ]);
    table.set(text, { key, add: { ...before, ...Object.fromEntries(merged) } });
  }
  return table;
};

/** As the API answers it: what no event said anything of is a sum of nothing. */
const shownOf = ({ key, add }: TotalsDelta): Record<string, unknown> => {
  const nothing = Object.keys(projection.measures).map((name) => [name, 0n] as const);
  return projection.present({
    ...(Object.fromEntries(nothing) as Record<string, unknown>),
    durationMs: [],
    ...key,
    ...add,
  });
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
  test('counts under its day, agent, model, deployment and execution', () => {
    const key = {
      day: '2026-01-08',
      agent: 'writer',
      model: 'gpt-4o',
      deployment: 'd7',
      execution: 'one',
    };
    const add = {
      calls: 1n,
      unpricedCalls: 0n,
      inputTokens: 1_000n,
      cachedInputTokens: 200n,
      outputTokens: 500n,
      reasoningTokens: 100n,
      costNanoUsd: 7_500_001n,
      repricedNanoUsd: 7_500_001n,
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

describe("people's hours", () => {
  const shares = [
    { agent: 'writer', model: 'gpt-4o', hours: 0.5, nanoUsd: '37500000000' },
    { agent: 'editor', model: 'gpt-4o', hours: 1, nanoUsd: '75000000000' },
  ];
  const earned = call({ type: 'BenefitEarned' }, { shares });

  test('stand with the calls of the same agent, model and execution', () => {
    const rows = [...fold([call(), earned]).values()];
    expect(
      rows.map(({ key, add }) => [key['agent'], add['calls'], add['humanMicroHours']]),
    ).toEqual([
      ['writer', 1n, 500_000n],
      ['editor', undefined, 1_000_000n],
    ]);
  });

  test('make the multiplier: a ratio of sums, and none where nothing was paid', () => {
    const [writer, editor] = [...fold([call(), earned]).values()].map(shownOf);
    expect(writer).toMatchObject({ humanHours: 0.5, humanCostUsd: 37.5, multiplier: 4_999.999333 });
    expect(editor).toMatchObject({ humanHours: 1, humanCostUsd: 75, costUsd: 0, multiplier: null });
  });
});

describe('a repricing', () => {
  const repriced = (previousNanoUsd: string | null, nanoUsd: string): RecordedEvent => {
    const key = { agent: 'writer', model: 'gpt-4o', deploymentId: 'd7' };
    const at = { occurredAt: '2026-01-08T01:00:00.000000Z' };
    return call(
      { type: 'CallsRepriced', occurredAt: '2026-05-01T00:00:00.000000Z', deploymentId: 'd9' },
      { repricing: 'r', calls: [{ ...key, ...at, previousNanoUsd, nanoUsd }] },
    );
  };

  test('stands beside what was billed, under the day and deployment of the call', () => {
    const rows = [...fold([call(), repriced('7500001', '5000000')]).values()].map(shownOf);
    expect(rows).toEqual([
      expect.objectContaining({ costNanoUsd: 7_500_001n, repricedNanoUsd: 5_000_000n }),
    ]);
  });

  test('again goes on from the one before', () => {
    const twice = [call(), repriced('7500001', '5000000'), repriced('5000000', '6000000')];
    expect(shownOf([...fold(twice).values()][0]!)).toMatchObject({ repricedNanoUsd: 6_000_000n });
  });

  test('of a call without a price makes it a priced one', () => {
    const unpriced = call({}, { cost: { source: 'unpriced' } });
    const [row] = fold([unpriced, repriced(null, '5000000')]).values();
    expect(row?.add).toMatchObject({
      unpricedCalls: 0n,
      costNanoUsd: 0n,
      repricedNanoUsd: 5_000_000n,
    });
  });
});

test('nothing counts but calls and what they bring', () => {
  const counts = new Set(['LlmCallRecorded', 'BenefitEarned', 'CallsRepriced']);
  fc.assert(
    fc.property(anyLedger(), (ledger) => {
      expect(fold(ledger.filter(({ type }) => !counts.has(type))).size).toBe(0);
    }),
    { numRuns: 30 },
  );
});

test('the rollup has the same sums by fewer keys', () => {
  const rollup = rollupOf(projection)!;
  expect(Object.keys(rollup.key)).toEqual(['day', 'agent', 'model', 'deployment']);
  fc.assert(
    fc.property(anyLedger(4, 40), (ledger) => {
      const coarse: Table = new Map();
      addDeltas(rollup, coarse, fold(ledger).values());
      const direct: Table = new Map();
      for (const event of ledger) foldTotals(rollup, direct, event);
      const sums = (table: Table): unknown => sorted(table).map(([text, { add }]) => [text, add]);
      expect(sums(coarse)).toEqual(sums(direct));
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
      const total = (name: string): bigint =>
        rows.reduce((sum, row) => sum + (row[name] ?? 0n), 0n);
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
  const shown = shownOf(delta!);
  expect(shown).toMatchObject({ day: '2026-01-08', costUsd: 0.015000002 });
  const { p50, p95, p99 } = shown['durationMs'] as Record<'p50' | 'p95' | 'p99', number>;
  expect(p50).toBeGreaterThan(95);
  expect(p50).toBeLessThan(105);
  expect(p95).toBe(p99);
  expect(p99).toBeGreaterThan(2_375);
  expect(p99).toBeLessThan(2_625);
});
