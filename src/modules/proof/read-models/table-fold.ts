import type { RecordedEvent } from '../../../events';
import { idOfStream } from '../../../events/event-metadata';
import { addDeltas, foldEntity, foldSunk, foldTotals } from '../../../projections/fold';
import type { EntityRow, TotalsDelta } from '../../../projections/fold';
import type { Entity, Projection, Totals } from '../../../projections/projection';
import { streamVersion } from '../../projector/table';
import type { TableColumn } from '../../projector/table';
import type { Field } from '../../database/copy-text';
import { foldedText, keyOf } from './column-text';
import { isIn } from './slice';
import type { Slice } from './slice';

/** A row as texts, in the order of the table's columns. */
export type FoldedRow = readonly Field[];

type Place = Pick<RecordedEvent, 'stream' | 'version'>;

/** Rows of a table folded in memory, by nothing but the projection's own folds. */
export interface TableFold {
  /** @throws FoldFault where the event cannot be applied. */
  fold(event: RecordedEvent): void;
  /** Goes on behind an event that is left out. */
  passOver(event: Place): void;
  /** Adds what is left of a void event to totals. @throws FoldFault as `fold` does. */
  sink(event: RecordedEvent): void;
  /** Nothing more can be said of what an event would have changed. */
  giveUp(event: Place): void;
  /**
   * Takes a row out, by `keyOf`. Undefined where the ledger makes none; null where an event of its
   * could not be applied, so that nothing can be said of it.
   */
  take(key: string): FoldedRow | null | undefined;
  /** Takes out what is left. */
  rest(): Iterable<FoldedRow>;
}

const rowTexts = (
  columns: readonly TableColumn[],
  row: Readonly<Record<string, unknown>>,
): FoldedRow => columns.map(({ name, type }) => foldedText(type, row[name]));

class EntityFold implements TableFold {
  private readonly rows = new Map<string, EntityRow | null>();

  constructor(
    private readonly projection: Entity,
    private readonly columns: readonly TableColumn[],
    private readonly slice: Slice,
  ) {}

  fold(event: RecordedEvent): void {
    const key = this.keyOf(event.stream);
    if (!isIn(this.slice, key)) return;
    const before = this.rows.get(key);
    if (before === null) return;
    this.rows.set(key, foldEntity(this.projection, before, event));
  }

  passOver({ stream, version }: Place): void {
    const key = this.keyOf(stream);
    const row = this.rows.get(key);
    if (row) this.rows.set(key, { ...row, version });
  }

  sink(): void {
    // A row has nothing left of a void event.
  }

  giveUp({ stream }: Place): void {
    const key = this.keyOf(stream);
    if (isIn(this.slice, key)) this.rows.set(key, null);
  }

  take(key: string): FoldedRow | null | undefined {
    const row = this.rows.get(key);
    this.rows.delete(key);
    return row && this.textsOf(row);
  }

  *rest(): Iterable<FoldedRow> {
    for (const row of this.rows.values()) if (row !== null) yield this.textsOf(row);
    this.rows.clear();
  }

  private keyOf(stream: string): string {
    return keyOf([idOfStream(stream, this.projection.category)]);
  }

  private textsOf({ row, version }: EntityRow): FoldedRow {
    return rowTexts(this.columns, { [streamVersion]: version, ...row });
  }
}

class TotalsFold implements TableFold {
  private sums = new Map<string, TotalsDelta>();
  /** Told apart by texts of keys, as the table's rows are; made of the sums when they are asked for. */
  private byKey: Map<string, TotalsDelta> | null = null;
  private readonly keys: readonly TableColumn[];
  /** What a row has of a measure that no event added to. */
  private readonly nothing: Readonly<Record<string, unknown>>;

  constructor(
    private readonly projection: Totals,
    private readonly columns: readonly TableColumn[],
    private readonly slice: Slice,
  ) {
    this.keys = columns.filter(({ isKey }) => isKey);
    this.nothing = Object.fromEntries(
      Object.entries(projection.measures).map(([name, { merge }]) => [
        name,
        merge === 'sum' ? 0n : null,
      ]),
    );
  }

  fold(event: RecordedEvent): void {
    this.add(foldTotals, event);
  }

  sink(event: RecordedEvent): void {
    this.add(foldSunk, event);
  }

  private add(fold: typeof foldTotals, event: RecordedEvent): void {
    if (this.slice.count === 1) {
      fold(this.projection, this.sums, event);
      return;
    }
    const own = new Map<string, TotalsDelta>();
    fold(this.projection, own, event);
    for (const delta of own.values()) {
      if (isIn(this.slice, this.keyOf(delta))) addDeltas(this.projection, this.sums, [delta]);
    }
  }

  passOver(): void {
    // Sums have no place that they stand at.
  }

  giveUp(): void {
    // What the other events add up to is said all the same.
  }

  take(key: string): FoldedRow | undefined {
    const rows = this.rows();
    const found = rows.get(key);
    rows.delete(key);
    return found && this.textsOf(found);
  }

  *rest(): Iterable<FoldedRow> {
    const rows = this.rows();
    for (const row of rows.values()) yield this.textsOf(row);
    rows.clear();
  }

  private rows(): Map<string, TotalsDelta> {
    if (this.byKey !== null) return this.byKey;
    const rows = new Map<string, TotalsDelta>();
    for (const [text, delta] of this.sums) {
      const key = this.keyOf(delta);
      const other = rows.get(key);
      // Two ways to write one time are one key.
      rows.set(key, other === undefined ? delta : this.merged(other, delta));
      this.sums.delete(text);
    }
    return (this.byKey = rows);
  }

  private merged(left: TotalsDelta, right: TotalsDelta): TotalsDelta {
    const both = new Map<string, TotalsDelta>();
    addDeltas(this.projection, both, [left, { ...right, key: left.key }]);
    return both.values().next().value ?? left;
  }

  private keyOf({ key }: TotalsDelta): string {
    return keyOf(rowTexts(this.keys, key));
  }

  private textsOf({ key, add }: TotalsDelta): FoldedRow {
    return rowTexts(this.columns, { ...this.nothing, ...key, ...add });
  }
}

/** An empty fold of the rows of `slice`; `columns` as in the projection's table. */
export const foldOf = (
  projection: Projection,
  columns: readonly TableColumn[],
  slice: Slice,
): TableFold =>
  projection.kind === 'entity'
    ? new EntityFold(projection, columns, slice)
    : new TotalsFold(projection, columns, slice);
