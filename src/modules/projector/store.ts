import type { ClientBase, QueryConfig } from 'pg';
import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import type { StoredEvent } from '../../events/event-metadata';
import { addDeltas, foldOwn, foldSunk, foldTotals, owns } from '../../projections/fold';
import type { EntityRow, OwnRow, TotalsDelta } from '../../projections/fold';
import type { Folding } from '../../projections/parking-lot';
import { rollupOf } from '../../projections/projection';
import type { Entity, Projection, Totals } from '../../projections/projection';
import { columnsOf, deltaToJson, entityRowFromDatabase, entityRowToJson } from './table';
import type { TableColumn } from './table';
import { addTotalsSql, selectEntitySql, upsertEntitySql } from './table.sql';

/** What events come to that are folded one after the other. */
interface FoldedRows extends Folding {
  /** The statements that write it. */
  writes(): QueryConfig[];
}

/** The table of one generation, within the caller's transaction. */
export interface Store {
  /** Reads the rows that events of `streams` may change, each of which is then written once. */
  read(client: ClientBase, streams: ReadonlySet<string>): Promise<FoldedRows>;
}

class EntityStore implements Store {
  private readonly columns: readonly TableColumn[];
  private readonly select: QueryConfig;
  private readonly upsert: QueryConfig;

  constructor(
    private readonly projection: Entity,
    schema: string,
  ) {
    this.columns = columnsOf(projection);
    this.select = { name: `read-${schema}`, text: selectEntitySql(schema, projection) };
    this.upsert = { name: `write-${schema}`, text: upsertEntitySql(schema, projection) };
  }

  async read(client: ClientBase, streams: ReadonlySet<string>): Promise<FoldedRows> {
    const { projection } = this;
    const owned = [...streams].filter((stream) => owns(projection, stream));
    const rows = await this.rows(client, owned);
    const changed = new Map<string, OwnRow>();
    const idOf = ({ stream }: { readonly stream: string }): string =>
      idOfStream(stream, projection.category);
    const before = (id: string): OwnRow | undefined => changed.get(id) ?? rows.get(id);
    return {
      fold: (event: RecordedEvent): void => {
        const id = idOf(event);
        changed.set(id, foldOwn(projection, before(id), event));
      },
      passOver: (event: StoredEvent): void => {
        const id = idOf(event);
        const row = before(id);
        if (row === undefined) return;
        row.version = event.version;
        changed.set(id, row);
      },
      sink: () => undefined, // a row has nothing left of a void event
      writes: () => (changed.size === 0 ? [] : [this.write(changed.values())]),
    };
  }

  private write(changed: Iterable<EntityRow>): QueryConfig {
    const written = Array.from(changed, (row) => entityRowToJson(this.columns, row));
    return { ...this.upsert, values: [JSON.stringify(written)] };
  }

  private async rows(client: ClientBase, streams: readonly string[]): Promise<Map<string, OwnRow>> {
    if (streams.length === 0) return new Map();
    const ids = streams.map((stream) => idOfStream(stream, this.projection.category));
    const { rows } = await client.query<Record<string, unknown>>({ ...this.select, values: [ids] });
    return new Map(
      rows.map((found) => {
        const row = entityRowFromDatabase(this.columns, found);
        return [row.row[this.projection.key] as string, row];
      }),
    );
  }
}

class TotalsStore implements Store {
  private readonly table: TotalsTable;
  private readonly rollup: TotalsTable | undefined;

  constructor(
    private readonly projection: Totals,
    schema: string,
  ) {
    this.table = new TotalsTable(projection, schema);
    const rollup = rollupOf(projection);
    this.rollup = rollup && new TotalsTable(rollup, schema);
  }

  /** Sums are added to whatever is there: nothing has to be read. */
  read(): Promise<FoldedRows> {
    const deltas = new Map<string, TotalsDelta>();
    return Promise.resolve({
      fold: (event: RecordedEvent): void => {
        foldTotals(this.projection, deltas, event);
      },
      passOver: () => undefined,
      sink: (event: RecordedEvent): void => {
        foldSunk(this.projection, deltas, event);
      },
      writes: () => (deltas.size === 0 ? [] : this.add(deltas)),
    });
  }

  private add(deltas: ReadonlyMap<string, TotalsDelta>): QueryConfig[] {
    const sums = [this.table.add(deltas)];
    return this.rollup === undefined ? sums : [...sums, this.rollup.addSummed(deltas)];
  }
}

class TotalsTable {
  private readonly columns: readonly TableColumn[];
  private readonly statement: QueryConfig;

  constructor(
    private readonly projection: Totals,
    schema: string,
  ) {
    this.columns = columnsOf(projection);
    const table = projection.name;
    this.statement = { name: `add-${schema}-${table}`, text: addTotalsSql(schema, projection) };
  }

  /** Adds deltas of finer keys than this table has. */
  addSummed(deltas: ReadonlyMap<string, TotalsDelta>): QueryConfig {
    const coarse = new Map<string, TotalsDelta>();
    addDeltas(this.projection, coarse, deltas.values());
    return this.add(coarse);
  }

  add(deltas: ReadonlyMap<string, TotalsDelta>): QueryConfig {
    const rows = Array.from(deltas.values(), (delta) => deltaToJson(this.columns, delta));
    return { ...this.statement, values: [JSON.stringify(rows)] };
  }
}

export const storeOf = (projection: Projection, schema: string): Store =>
  projection.kind === 'entity'
    ? new EntityStore(projection, schema)
    : new TotalsStore(projection, schema);
