import type { Client } from 'pg';
import type { RecordedEvent } from '../../../events';
import { foldSunk, foldTotals } from '../../../projections/fold';
import type { TotalsDelta } from '../../../projections/fold';
import { rollupOf } from '../../../projections/projection';
import type { Totals } from '../../../projections/projection';
import { addKeySql, columnsOf, dropKeySql, tableOf } from '../../projector/table';
import type { TableColumn } from '../../projector/table';
import { mergeTotalsSql } from '../../projector/table.sql';
import type { BulkTables } from './bulk-tables';
import { copyInto } from './copy-into';
import { copyLine } from './copy-line';
import { heldBytes } from './held-bytes';

const createSpillSql = (spill: string, table: string): string =>
  `create unlogged table if not exists ${spill} (like ${table})`;

/**
 * Sums may be cut anywhere: what is over the bound goes as it is into a table beside, without an
 * index, and is added up at the end. Where nothing had to, the rows are written as they are; by shares,
 * too, where each row is of one stream, and so in one share. While they come, the table has no key.
 */
export class TotalsTables implements BulkTables {
  private readonly sums = new Map<string, TotalsDelta>();
  private readonly columns: readonly TableColumn[];
  private readonly table: string;
  private readonly spillTable: string;
  private readonly rollup: Totals | undefined;
  /** What an event that says nothing of a measure adds to it. */
  private readonly nothing: Readonly<Record<string, unknown>>;
  private hasSpilled = false;

  constructor(
    private readonly generation: string,
    private readonly projection: Totals,
  ) {
    this.columns = columnsOf(projection);
    this.table = tableOf(generation, projection);
    this.spillTable = `${this.table}_spill`;
    this.rollup = rollupOf(projection);
    const sums = Object.entries(projection.measures).filter(([, { merge }]) => merge === 'sum');
    this.nothing = Object.fromEntries(sums.map(([name]) => [name, 0n]));
  }

  fold(event: RecordedEvent): void {
    foldTotals(this.projection, this.sums, event);
  }

  sink(event: RecordedEvent): void {
    foldSunk(this.projection, this.sums, event);
  }

  passOver(): void {
    // Sums have no place that they stand at.
  }

  held(): number {
    return heldBytes(this.sums);
  }

  async clear(writer: Client, shares: number): Promise<void> {
    await writer.query(`truncate ${this.table}`);
    await writer.query(dropKeySql(this.generation, this.projection));
    if (this.rollup !== undefined) {
      await writer.query(`truncate ${tableOf(this.generation, this.rollup)}`);
    }
    await writer.query(`drop table if exists ${this.spillTable}`);
    if (shares > 1) await this.makeSpillTable(writer);
  }

  async spill(writer: Client): Promise<void> {
    if (!this.hasSpilled) await this.makeSpillTable(writer);
    await this.write(writer, this.spillTable);
  }

  async recall(): Promise<void> {
    // Nothing has to be there to be added to.
  }

  async leave(writer: Client): Promise<ReadonlyMap<string, number>> {
    const isWhole = this.projection.ofStream !== undefined && !this.hasSpilled;
    if (isWhole) return new Map([[this.table, await this.write(writer, this.table)]]);
    await this.spill(writer);
    return new Map();
  }

  async addUp(writer: Client): Promise<ReadonlyMap<string, number>> {
    return this.complete(writer, await this.merge(writer));
  }

  async finish(writer: Client): Promise<ReadonlyMap<string, number>> {
    if (!this.hasSpilled) return this.complete(writer, await this.write(writer, this.table));
    await this.write(writer, this.spillTable);
    return this.addUp(writer);
  }

  private async makeSpillTable(writer: Client): Promise<void> {
    await writer.query(createSpillSql(this.spillTable, this.table));
    this.hasSpilled = true;
  }

  /** Makes the key of the `rows` that are all there, and sums up without the detail, where there is any. */
  private async complete(writer: Client, rows: number): Promise<ReadonlyMap<string, number>> {
    await writer.query(addKeySql(this.generation, this.projection));
    const counts = new Map([[this.table, rows]]);
    if (this.rollup === undefined) return counts;
    const summed = await writer.query(mergeTotalsSql(this.generation, this.rollup, this.table));
    return counts.set(tableOf(this.generation, this.rollup), summed.rowCount ?? 0);
  }

  /** Adds up what was spilled. */
  private async merge(writer: Client): Promise<number> {
    const sql = mergeTotalsSql(this.generation, this.projection, this.spillTable);
    const { rowCount } = await writer.query(sql);
    await writer.query(`drop table ${this.spillTable}`);
    return rowCount ?? 0;
  }

  private write(writer: Client, table: string): Promise<number> {
    return copyInto(writer, table, this.columns, this.taken());
  }

  private *taken(): Iterable<string> {
    for (const { key, add } of this.sums.values()) {
      yield copyLine(this.columns, (name) => add[name] ?? key[name] ?? this.nothing[name]);
    }
    this.sums.clear();
  }
}
