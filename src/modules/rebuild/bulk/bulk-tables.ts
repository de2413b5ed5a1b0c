import type { RecordedEvent } from '../../../events';
import { idOfStream } from '../../../events/event-metadata';
import type { StoredEvent } from '../../../events/event-metadata';
import { addDeltas, foldEntity, foldSelected, foldTotals } from '../../../projections/fold';
import type { EntityRow, TotalsDelta } from '../../../projections/fold';
import type { Folding } from '../../../projections/parking-lot';
import { rollupOf } from '../../../projections/projection';
import type { Entity, Totals } from '../../../projections/projection';
import { columnsOf, streamVersion, tableOf } from '../../projector/table';
import type { BulkTarget } from './bulk-job';
import { copyLine } from './copy-line';

/** The rows of one table as lines of COPY. */
export interface BulkTable {
  readonly name: string;
  readonly columns: readonly string[];
  lines(): Iterable<string>;
}

/** The tables of one generation, folded in memory. */
export interface BulkTables extends Folding {
  tables(): readonly BulkTable[];
}

class EntityTables implements BulkTables {
  private readonly rows = new Map<string, EntityRow>();

  constructor(
    private readonly projection: Entity,
    private readonly target: BulkTarget,
    /** Whether events of a stream may be missing. */
    private readonly isPart: boolean,
  ) {}

  fold(event: RecordedEvent): void {
    const id = idOfStream(event.stream, this.projection.category);
    const after = this.next(this.rows.get(id), event);
    if (after !== undefined) this.rows.set(id, after);
  }

  passOver({ stream, version }: StoredEvent): void {
    const id = idOfStream(stream, this.projection.category);
    const row = this.rows.get(id);
    if (row !== undefined) this.rows.set(id, { ...row, version });
  }

  tables(): readonly BulkTable[] {
    const { projection, rows, target } = this;
    const columns = columnsOf(projection);
    return [
      {
        name: tableOf(target.generation, projection),
        columns: columns.map(({ sql }) => sql),
        *lines() {
          for (const { row, version } of rows.values()) {
            yield copyLine(columns, { ...row, [streamVersion]: version });
          }
        },
      },
    ];
  }

  private next(before: EntityRow | undefined, event: RecordedEvent): EntityRow | undefined {
    if (!this.isPart) return foldEntity(this.projection, before, event);
    // A change whose row was opened outside the part has nothing to change.
    if (before === undefined && !Object.hasOwn(this.projection.opens, event.type)) return undefined;
    return foldSelected(this.projection, before, event);
  }
}

class TotalsTables implements BulkTables {
  private readonly sums = new Map<string, TotalsDelta>();

  constructor(
    private readonly projection: Totals,
    private readonly target: BulkTarget,
  ) {}

  fold(event: RecordedEvent): void {
    foldTotals(this.projection, this.sums, event);
  }

  passOver(): void {
    // Sums have no place that they stand at.
  }

  tables(): readonly BulkTable[] {
    const rollup = rollupOf(this.projection);
    const own = this.table(this.projection, this.sums);
    if (rollup === undefined) return [own];
    const coarse = new Map<string, TotalsDelta>();
    addDeltas(rollup, coarse, copies(this.sums));
    return [own, this.table(rollup, coarse)];
  }

  private table(projection: Totals, sums: ReadonlyMap<string, TotalsDelta>): BulkTable {
    const columns = columnsOf(projection);
    const nothing = Object.fromEntries(
      Object.entries(projection.measures).flatMap(([name, { merge }]) =>
        merge === 'sum' ? [[name, 0n]] : [],
      ),
    );
    return {
      name: tableOf(this.target.generation, projection),
      columns: columns.map(({ sql }) => sql),
      *lines() {
        for (const { key, add } of sums.values())
          yield copyLine(columns, { ...nothing, ...key, ...add });
      },
    };
  }
}

function* copies(sums: ReadonlyMap<string, TotalsDelta>): Iterable<TotalsDelta> {
  for (const { key, add } of sums.values()) yield { key, add: { ...add } };
}

/** @param isPart whether events of a stream may be missing: then versions only grow. */
export const bulkTablesOf = (target: BulkTarget, isPart: boolean): BulkTables =>
  target.projection.kind === 'entity'
    ? new EntityTables(target.projection, target, isPart)
    : new TotalsTables(target.projection, target);
