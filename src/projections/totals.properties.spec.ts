import fc from 'fast-check';
import { anyLedger } from '../../test/harness/histories';
import { foldTotals } from './fold';
import type { TotalsDelta } from './fold';
import { projections } from './index';
import type { Totals } from './projection';

const totals = projections.filter((one): one is Totals => one.kind === 'totals');

const controlled = totals.flatMap((projection) =>
  Object.entries(projection.controls ?? {}).map(
    ([measure, each]) => [projection.name, measure, projection, each ?? {}] as const,
  ),
);

test.each(controlled)('%s: %s counts events', (_name, measure, projection, each) => {
  let met = 0;
  fc.assert(
    fc.property(anyLedger(), (ledger) => {
      const sums = new Map<string, TotalsDelta>();
      let due = 0n;
      for (const event of ledger) {
        foldTotals(projection, sums, event);
        due += BigInt((each as Readonly<Record<string, number>>)[event.type] ?? 0);
      }
      const sum = [...sums.values()].reduce(
        (all, { add }) => all + ((add[measure] as bigint | undefined) ?? 0n),
        0n,
      );
      expect(sum).toBe(due);
      if (due > 0n) met += 1;
    }),
    { numRuns: 100 },
  );
  expect(met).toBeGreaterThan(0);
});

const owned = totals.flatMap((projection) =>
  projection.ofStream === undefined
    ? []
    : [[projection.name, projection, projection.ofStream] as const],
);

test.each(owned)(
  '%s: each row is of the stream that it names',
  (_name, projection, { category, id }) => {
    fc.assert(
      fc.property(anyLedger(), (ledger) => {
        for (const event of ledger) {
          const sums = new Map<string, TotalsDelta>();
          foldTotals(projection, sums, event);
          for (const { key } of sums.values()) {
            expect(`${category}-${String(key[id])}`).toBe(event.stream);
          }
        }
      }),
      { numRuns: 100 },
    );
  },
);
