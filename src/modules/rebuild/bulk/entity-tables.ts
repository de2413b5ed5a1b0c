import type { Client } from 'pg';
import type { RecordedEvent } from '../../../events';
import { idOfStream } from '../../../events/event-metadata';
import type { StoredEvent } from '../../../events/event-metadata';
import { foldOwn, owns } from '../../../projections/fold';
import type { OwnRow } from '../../../projections/fold';
import { orderIn } from '../../../projections/parking-lot';
import type { Entity } from '../../../projections/projection';
import { columnsOf, entityRowFromDatabase, streamVersion, tableOf } from '../../projector/table';
import type { TableColumn } from '../../projector/table';
import { takeEntitySql } from '../../projector/table.sql';
import type { BulkTables } from './bulk-tables';
import { copyInto } from './copy-into';
import { copyLine } from './copy-line';
import { heldBytes } from './held-bytes';

/**
 * Rows that are complete are seldom asked for again. So those that have been here the longest are
 * written to the table, and taken out of it where an event comes for one after all.
 */
export class EntityTables implements BulkTables {
  /** By id; those that were opened or recalled first are first. */
  private readonly rows = new Map<string, OwnRow>();
  private readonly columns: readonly TableColumn[];
  private readonly table: string;
  private readonly takeSql: string;
  /** Rows that are in the table. */
  private spilled = 0;

  constructor(
    generation: string,
    private readonly projection: Entity,
    /** Whether events of a stream may be missing. */
    private readonly isPart: boolean,
  ) {
    this.columns = columnsOf(projection);
    this.table = tableOf(generation, projection);
    this.takeSql = takeEntitySql(generation, projection);
  }

  fold(event: RecordedEvent): void {
    const id = idOfStream(event.stream, this.projection.category);
    const own = this.rows.get(id);
    if (own === undefined && this.isOpenedOutside(event)) return;
    const after = foldOwn(this.projection, own, event, this.isPart);
    if (own === undefined) this.rows.set(id, after);
  }

  passOver({ stream, version }: StoredEvent): void {
    const row = this.rows.get(idOfStream(stream, this.projection.category));
    if (row !== undefined) row.version = version;
  }

  sink(): void {
    // A row has nothing left of a void event.
  }

  held(): number {
    return heldBytes(this.rows);
  }

  async clear(writer: Client): Promise<void> {
    await writer.query(`truncate ${this.table}`);
  }

  async spill(writer: Client): Promise<void> {
    await this.write(writer, Math.ceil(this.rows.size / 2));
  }

  async recall(writer: Client, events: readonly StoredEvent[]): Promise<void> {
    if (this.spilled === 0) return;
    const ids = this.missing(events);
    if (ids.size === 0) return;
    const { rows } = await writer.query<Record<string, unknown>>(this.takeSql, [[...ids]]);
    for (const found of rows) {
      const row = entityRowFromDatabase(this.columns, found);
      this.rows.set(row.row[this.projection.key] as string, row);
    }
    this.spilled -= rows.length;
  }

  async leave(writer: Client): Promise<ReadonlyMap<string, number>> {
    await this.write(writer, this.rows.size);
    return new Map([[this.table, this.spilled]]);
  }

  addUp(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map()); // each row is one stream's, so it is there as a whole
  }

  finish(writer: Client): Promise<ReadonlyMap<string, number>> {
    return this.leave(writer);
  }

  private async write(writer: Client, count: number): Promise<void> {
    this.spilled += await copyInto(writer, this.table, this.columns, this.taken(count));
  }

  private *taken(count: number): Iterable<string> {
    let rest = count;
    for (const [id, { row, version }] of this.rows) {
      if (rest === 0) return;
      rest -= 1;
      yield copyLine(this.columns, (name) => (name === streamVersion ? version : row[name]));
      this.rows.delete(id);
    }
  }

  /** The ids that events ask for and memory has not, but those whose first event is among them. */
  private missing(events: readonly StoredEvent[]): Set<string> {
    const { category } = this.projection;
    const opened = new Set<string>();
    const ids = new Set<string>();
    for (const event of events) {
      // What waits behind a parked event is folded when somebody says so.
      const stream = orderIn(event)?.data.stream ?? event.stream;
      if (!owns(this.projection, stream)) continue;
      const id = idOfStream(stream, category);
      if (stream === event.stream && event.version === 1) opened.add(id);
      else if (!this.rows.has(id) && !opened.has(id)) ids.add(id);
    }
    return ids;
  }

  /** A change whose row was opened outside the part has nothing to change. */
  private isOpenedOutside({ type }: RecordedEvent): boolean {
    return this.isPart && !Object.hasOwn(this.projection.opens, type);
  }
}
