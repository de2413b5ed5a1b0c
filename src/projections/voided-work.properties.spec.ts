import fc from 'fast-check';
import { anyLedger, ofRealCalls } from '../../test/harness/histories';
import type { RecordedEvent } from '../events';
import type { StoredEvent } from '../events/event-metadata';
import { VoidInOrder, Voidings } from '../events/voiding';
import type { IsVoid } from '../events/voiding';
import { foldEntity, foldSunk, foldTotals } from './fold';
import type { EntityRow, TotalsDelta } from './fold';
import { projections } from './index';
import { ParkingLot } from './parking-lot';
import type { Folding } from './parking-lot';
import type { Projection } from './projection';

/** The rows of a projection in memory. */
class Rows implements Folding {
  readonly entities = new Map<string, EntityRow>();
  readonly totals = new Map<string, TotalsDelta>();

  constructor(private readonly projection: Projection) {}

  fold(event: RecordedEvent): void {
    const { projection } = this;
    if (projection.kind === 'totals') foldTotals(projection, this.totals, event);
    else {
      const before = this.entities.get(event.stream);
      this.entities.set(event.stream, foldEntity(projection, before, event));
    }
  }

  passOver({ stream, version }: StoredEvent): void {
    const row = this.entities.get(stream);
    if (row !== undefined) this.entities.set(stream, { ...row, version });
  }

  sink(event: RecordedEvent): void {
    if (this.projection.kind === 'totals') foldSunk(this.projection, this.totals, event);
  }
}

/**
 * Under d1 up to a version of each stream, from there on under d2; every other repricing while d3 is live, which
 * has no work of its own.
 */
const stamped = (
  ledger: readonly RecordedEvent[],
  begins: readonly number[],
): readonly StoredEvent[] => {
  const streams = [...new Set(ledger.map(({ stream }) => stream))];
  const under = ({ type, stream, version, position }: RecordedEvent): string => {
    if (type === 'CallsRepriced' && position % 2n === 0n) return 'd3';
    const from = begins[streams.indexOf(stream) % begins.length] ?? 1;
    return version < from ? 'd1' : 'd2';
  };
  const all = ledger.map((event) => ({
    ...event,
    deploymentId: under(event),
    schemaVersion: current[event.type] ?? 1,
  }));
  return ofRealCalls(all);
};
const current: Readonly<Record<string, number>> = { LlmCallRecorded: 3, QualityScored: 2 };

/** The ledger as it would be without d2: calls are repriced by whoever keeps the prices, whatever is live. */
const without = (ledger: readonly StoredEvent[]): readonly StoredEvent[] => {
  const isBegun = ({ version, deploymentId }: StoredEvent): boolean =>
    version === 1 && deploymentId === 'd2';
  const begun = new Set(ledger.filter(isBegun).map(({ stream }) => stream));
  const versions = new Map<string, number>();
  return ledger
    .filter(({ stream }) => !begun.has(stream))
    .filter(({ type, deploymentId }) => type === 'CallsRepriced' || deploymentId !== 'd2')
    .map((event) => {
      const version = (versions.get(event.stream) ?? 0) + 1;
      versions.set(event.stream, version);
      const { calls } = event.data as { calls?: readonly { deploymentId: string }[] };
      if (event.type !== 'CallsRepriced' || calls === undefined) return { ...event, version };
      const left = calls.filter(({ deploymentId }) => deploymentId !== 'd2');
      return { ...event, version, data: { ...(event.data as object), calls: left } };
    });
};

const folded = (projection: Projection, ledger: readonly StoredEvent[], isVoid: IsVoid): Rows => {
  const rows = new Rows(projection);
  const lot = new ParkingLot(projection, rows, [], isVoid);
  for (const event of ledger) lot.take(event);
  expect(lot.changes()).toEqual({ parked: [], gone: [] });
  return rows;
};

const sunkColumns = ['costNanoUsd', 'repricedNanoUsd'];

/** What is summed, less what is sunk; keys that nothing is left of are none. */
const withoutSunk = ({ totals }: Rows): unknown =>
  [...totals]
    .map(([key, { add }]) => {
      const { sunkNanoUsd = 0n, ...rest } = add as Record<string, unknown>;
      const left = Object.entries(rest).map(([name, value]): [string, unknown] => [
        name,
        sunkColumns.includes(name) ? (value as bigint) - (sunkNanoUsd as bigint) : value,
      ]);
      return [key, left.filter(([, value]) => value !== 0n)] as const;
    })
    .filter(([, left]) => left.length > 0)
    .sort(([left], [right]) => (left < right ? -1 : 1));

const rowsOf = ({ entities }: Rows): unknown =>
  new Map([...entities].map(([stream, { row }]) => [stream, row]));

const anyStamped = fc
  .tuple(anyLedger(), fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 6 }))
  .map(([ledger, begins]) => stamped(ledger, begins));

describe.each(projections.map((projection) => [projection.name, projection] as const))(
  '%s of a ledger in which d2 is void',
  (_name, projection) => {
    test('is that of a ledger in which it never was, but for sunk cost', () => {
      fc.assert(
        fc.property(anyStamped, (ledger) => {
          const end = BigInt(ledger.length + 1);
          const voidings = new Voidings([{ position: end, deploymentId: 'd2', isVoided: true }]);
          const work = new VoidInOrder(voidings);
          const [voided, never] = [
            folded(projection, ledger, (event) => work.isVoid(event)),
            folded(projection, without(ledger), () => false),
          ];
          expect(rowsOf(voided)).toEqual(rowsOf(never));
          expect(withoutSunk(voided)).toEqual(withoutSunk(never));
        }),
        { numRuns: 60 },
      );
    });

    test('is as it was before once d2 is reinstated', () => {
      fc.assert(
        fc.property(anyStamped, (ledger) => {
          const end = BigInt(ledger.length + 1);
          const work = new VoidInOrder(
            new Voidings([
              { position: end, deploymentId: 'd2', isVoided: true },
              { position: end + 1n, deploymentId: 'd2', isVoided: false },
            ]),
          );
          const reinstated = folded(projection, ledger, (event) => work.isVoid(event));
          expect(reinstated).toEqual(folded(projection, ledger, () => false));
        }),
        { numRuns: 10 },
      );
    });

    test('has seen each stream to its end', () => {
      fc.assert(
        fc.property(anyStamped, (ledger) => {
          const voidings = new Voidings([{ position: 999n, deploymentId: 'd2', isVoided: true }]);
          const work = new VoidInOrder(voidings);
          const { entities } = folded(projection, ledger, (event) => work.isVoid(event));
          for (const [stream, { version }] of entities) {
            expect(version).toBe(ledger.findLast((event) => event.stream === stream)?.version);
          }
        }),
        { numRuns: 20 },
      );
    });
  },
);

describe('the calls that count, of which some were repriced under another deployment', () => {
  const named = (name: string): Projection =>
    projections.find((projection) => projection.name === name) as Projection;

  /** What the calls of d1 cost by what was last said of them, and how many have no price. */
  const told = (ledger: readonly StoredEvent[]): { unpriced: number; nanoUsd: bigint } => {
    const prices = new Map<string, string | null>();
    for (const event of without(ledger) as unknown as readonly RecordedEvent[]) {
      if (event.type === 'LlmCallRecorded') {
        const { cost } = event.data;
        prices.set(event.eventId, cost.source === 'unpriced' ? null : cost.nanoUsd);
      } else if (event.type === 'CallsRepriced')
        for (const { call, nanoUsd } of event.data.calls) prices.set(call, nanoUsd);
    }
    const all = [...prices.values()];
    return {
      unpriced: all.filter((price) => price === null).length,
      nanoUsd: all.reduce((sum, price) => sum + BigInt(price ?? 0), 0n),
    };
  };

  const voidedRows = (projection: Projection, ledger: readonly StoredEvent[]): Rows => {
    const work = new VoidInOrder(
      new Voidings([{ position: 999n, deploymentId: 'd2', isVoided: true }]),
    );
    return folded(projection, ledger, (event) => work.isVoid(event));
  };

  test('cost what was last said of them, and those without a price are counted, in every read model', () => {
    fc.assert(
      fc.property(anyStamped, (ledger) => {
        const { unpriced, nanoUsd } = told(ledger);
        const sums = [...voidedRows(named('roi-totals'), ledger).totals.values()].map(
          ({ add }) => add as Record<string, bigint | undefined>,
        );
        const sumOf = (column: string): bigint =>
          sums.reduce((sum, add) => sum + (add[column] ?? 0n), 0n);
        expect(sumOf('unpricedCalls')).toBe(BigInt(unpriced));
        expect(sumOf('repricedNanoUsd') - sumOf('sunkNanoUsd')).toBe(nanoUsd);
        for (const add of sums) expect(add['unpricedCalls'] ?? 0n).toBeGreaterThanOrEqual(0n);
        const rows = [...voidedRows(named('roi-executions'), ledger).entities.values()];
        const inRows = rows.map(({ row }) => row as { unpricedCalls: number });
        expect(inRows.reduce((sum, row) => sum + row.unpricedCalls, 0)).toBe(unpriced);
        const open = [...voidedRows(named('roi-exceptions'), ledger).totals.values()]
          .filter(({ key }) => key['kind'] === 'unpriced')
          .map(({ add }) => add['open'] as bigint);
        expect(open.reduce((sum, one) => sum + one, 0n)).toBe(BigInt(unpriced));
      }),
      { numRuns: 60 },
    );
  });
});

test('money that is spent stays spent', () => {
  const [roiTotals] = projections.filter(({ name }) => name === 'roi-totals');
  fc.assert(
    fc.property(anyStamped, (ledger) => {
      const sumOf = (rows: Rows, column: string): bigint =>
        [...rows.totals.values()].reduce(
          (sum, { add }) => sum + ((add[column] as bigint | undefined) ?? 0n),
          0n,
        );
      const voidings = new Voidings([{ position: 999n, deploymentId: 'd2', isVoided: true }]);
      const work = new VoidInOrder(voidings);
      const counted = folded(roiTotals as Projection, ledger, () => false);
      const voided = folded(roiTotals as Projection, ledger, (event) => work.isVoid(event));
      expect(sumOf(voided, 'costNanoUsd')).toBe(sumOf(counted, 'costNanoUsd'));
      const under = ledger.filter(({ deploymentId }) => deploymentId === 'd2');
      const spent = folded(roiTotals as Projection, under, () => false);
      expect(sumOf(voided, 'sunkNanoUsd')).toBe(sumOf(spent, 'costNanoUsd'));
    }),
    { numRuns: 60 },
  );
});
