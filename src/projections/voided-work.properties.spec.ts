import fc from 'fast-check';
import { anyLedger } from '../../test/harness/histories';
import type { RecordedEvent } from '../events';
import type { StoredEvent } from '../events/event-metadata';
import { VoidInOrder, Voidings } from '../events/voiding';
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

/** Under d1 up to a version of each stream, from there on under d2. */
const stamped = (
  ledger: readonly RecordedEvent[],
  begins: readonly number[],
): readonly StoredEvent[] => {
  const streams = [...new Set(ledger.map(({ stream }) => stream))];
  return ledger.map((event) => {
    const from = begins[streams.indexOf(event.stream) % begins.length] ?? 1;
    const deploymentId = event.version < from ? 'd1' : 'd2';
    return { ...event, deploymentId, schemaVersion: current[event.type] ?? 1 };
  });
};
const current: Readonly<Record<string, number>> = { LlmCallRecorded: 3, QualityScored: 2 };

const folded = (
  projection: Projection,
  ledger: readonly StoredEvent[],
  isVoid: (event: StoredEvent) => boolean,
): Rows => {
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
          const others = ledger.filter(({ deploymentId }) => deploymentId === 'd1');
          const [voided, never] = [
            folded(projection, ledger, (event) => work.isVoid(event)),
            folded(projection, others, () => false),
          ];
          expect(rowsOf(voided)).toEqual(rowsOf(never));
          expect(withoutSunk(voided)).toEqual(withoutSunk(never));
        }),
        { numRuns: 60 },
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
