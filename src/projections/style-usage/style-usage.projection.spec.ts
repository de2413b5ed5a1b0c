import fc from 'fast-check';
import { anyLedger, inBatches } from '../../../test/harness/histories';
import type { RecordedEvent } from '../../events';
import { foldTotals } from '../fold';
import type { TotalsDelta } from '../fold';
import { observed } from '../histogram';
import { styleUsage } from './style-usage.projection';

const foldInto = (deltas: Map<string, TotalsDelta>, events: readonly RecordedEvent[]) => {
  for (const event of events) foldTotals(styleUsage, deltas, event);
  return deltas;
};
const rowsOf = (events: readonly RecordedEvent[]): TotalsDelta[] => [
  ...foldInto(new Map(), events).values(),
];

const event = (type: RecordedEvent['type'], data: object): RecordedEvent =>
  ({
    type,
    data,
    occurredAt: '2026-01-08T23:59:59.999999Z',
    deploymentId: 'd7',
  }) as RecordedEvent;

const keyOf = (agent: string, source = '', paragraph = '') => ({
  day: '2026-01-08',
  source,
  paragraph,
  agent,
  deployment: 'd7',
});

const found = (n: number) => ({ paragraphId: `a.${String(n)}`, source: 'a.md', score: 0.9 });
const query = (data: object = {}): RecordedEvent =>
  event('StyleMemoryQueried', {
    agent: 'editor',
    latencyMs: 2.5,
    degraded: false,
    results: [],
    nearMisses: [],
    ...data,
  });

describe('a query', () => {
  test('counts once by itself, and once for each paragraph it came to', () => {
    expect(rowsOf([query({ results: [found(1), found(2)], nearMisses: [found(3)] })])).toEqual([
      {
        key: keyOf('editor'),
        add: {
          queries: 1n,
          hits: 1n,
          emptyQueries: 0n,
          nearMissQueries: 0n,
          degradedQueries: 0n,
          latencyMs: observed(2.5),
        },
      },
      { key: keyOf('editor', 'a.md', 'a.1'), add: { results: 1n } },
      { key: keyOf('editor', 'a.md', 'a.2'), add: { results: 1n } },
      { key: keyOf('editor', 'a.md', 'a.3'), add: { nearMisses: 1n } },
    ]);
  });

  test('without results is empty, whether something was near or not', () => {
    const [near] = rowsOf([query({ nearMisses: [found(1)], degraded: true, agent: null })]);
    expect(near).toMatchObject({
      key: keyOf(''),
      add: { hits: 0n, emptyQueries: 1n, nearMissQueries: 1n, degradedQueries: 1n },
    });
    const [nothing] = rowsOf([query()]);
    expect(nothing!.add).toMatchObject({ hits: 0n, emptyQueries: 1n, nearMissQueries: 0n });
  });
});

test('an outcome counts for each paragraph, under whom it was served to', () => {
  const paragraphs = [
    { paragraphId: 'a.1', source: 'a.md', agent: 'writer' },
    { paragraphId: 'b.1', source: 'b.md', agent: null },
  ];
  expect(rowsOf([event('StyleOutcomeRecorded', { outcome: 'revised', paragraphs })])).toEqual([
    { key: keyOf('writer', 'a.md', 'a.1'), add: { revised: 1n } },
    { key: keyOf('', 'b.md', 'b.1'), add: { revised: 1n } },
  ]);
});

test('a verdict takes the place of the one before it', () => {
  const rating = (verdict: string, replaces: string | null): RecordedEvent =>
    event('ParagraphRated', { paragraphId: 'a.1', source: 'a.md', verdict, replaces });
  expect(rowsOf([rating('good', null), rating('bad', 'good')])).toEqual([
    { key: keyOf('', 'a.md', 'a.1'), add: { good: 0n, bad: 1n } },
  ]);
});

test('what the API shows has rates, and none where nothing was asked', () => {
  const [hit] = rowsOf([query({ results: [found(1)] }), query(), query(), query()]);
  const shown = styleUsage.present({ ...hit!.key, ...hit!.add });
  expect(shown).toMatchObject({ hitRate: 0.25, emptyRate: 0.75 });
  const { p50 } = shown['latencyMs'] as Record<'p50', number>;
  expect(Math.abs(p50 / 2.5 - 1)).toBeLessThanOrEqual(0.05);
  const none = styleUsage.present({ queries: 0n, hits: 0n, emptyQueries: 0n, latencyMs: [] });
  expect(none).toMatchObject({ hitRate: null, emptyRate: null, latencyMs: { p50: null } });
});

const total = (rows: readonly TotalsDelta[], name: string): bigint =>
  rows.reduce((sum, { add }) => sum + ((add[name] as bigint | undefined) ?? 0n), 0n);

test('a paragraph is indexed as long as it is in the memory', () => {
  const source = 'a.md';
  const history = [
    event('ArticleIndexed', { source, paragraphs: [found(1), found(2)] }),
    event('ArticleRevised', { source, added: [found(3)], removed: [found(1)] }),
    event('ArticleRemoved', { source, paragraphs: [found(2), found(3)] }),
  ];
  const indexedAfter = (events: readonly RecordedEvent[]) =>
    rowsOf(events).map(({ key, add }) => [key['paragraph'], add['indexed']]);
  expect(rowsOf(history.slice(0, 1))[0]?.key).toEqual(keyOf('', source, 'a.1'));
  expect(indexedAfter(history.slice(0, 2))).toEqual([
    ['a.1', 0n],
    ['a.2', 1n],
    ['a.3', 1n],
  ]);
  expect(indexedAfter(history).map(([, indexed]) => indexed)).toEqual([0n, 0n, 0n]);
});

test('queries are those there were, each with or without results', () => {
  fc.assert(
    fc.property(anyLedger(), (ledger) => {
      const rows = rowsOf(ledger);
      const queries = ledger.filter(({ type }) => type === 'StyleMemoryQueried').length;
      expect(total(rows, 'queries')).toBe(BigInt(queries));
      expect(total(rows, 'hits') + total(rows, 'emptyQueries')).toBe(BigInt(queries));
      for (const { key, add } of rows) {
        if ('queries' in add) expect([key['source'], key['paragraph']]).toEqual(['', '']);
      }
    }),
  );
});

test('the totals are the same in any order and any batches', () => {
  const ledgers = anyLedger(4, 40).chain((ledger) =>
    fc.tuple(
      fc.constant(ledger),
      fc.shuffledSubarray(ledger, { minLength: ledger.length }),
      fc.array(fc.nat(50)),
    ),
  );
  const sorted = (deltas: Map<string, TotalsDelta>) =>
    [...deltas].sort(([left], [right]) => (left < right ? -1 : 1));
  fc.assert(
    fc.property(ledgers, ([ledger, anyOrder, cuts]) => {
      const deltas = new Map<string, TotalsDelta>();
      for (const batch of inBatches(anyOrder, cuts)) foldInto(deltas, batch);
      expect(sorted(deltas)).toEqual(sorted(foldInto(new Map(), ledger)));
    }),
    { numRuns: 60 },
  );
});
