import type { ClientBase } from 'pg';
import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import { addDeltas, foldEntity, foldTotals, owns } from '../../projections/fold';
import type { EntityRow, TotalsDelta } from '../../projections/fold';
import { rollupOf } from '../../projections/projection';
import type { Entity, Projection, Totals } from '../../projections/projection';
import { columnsOf, rowFromDatabase, rowToJson, streamVersion } from './table';
import type { TableColumn } from './table';
import { addTotalsSql, selectEntitySql, upsertEntitySql } from './table.sql';

/** Folds events into the table of one generation, within the caller's transaction. */
export interface Store {
  /** @throws FoldFault at the first event that cannot be applied; the transaction is to be undone. */
  apply(client: ClientBase, events: readonly RecordedEvent[]): Promise<void>;
}

class EntityStore implements Store {
  private readonly columns: readonly TableColumn[];
  private readonly selectSql: string;
  private readonly upsertSql: string;

  constructor(
    private readonly projection: Entity,
    schema: string,
  ) {
    this.columns = columnsOf(projection);
    this.selectSql = selectEntitySql(schema, projection);
    this.upsertSql = upsertEntitySql(schema, projection);
  }

  async apply(client: ClientBase, events: readonly RecordedEvent[]): Promise<void> {
    const owned = events.filter(({ stream }) => owns(this.projection, stream));
    if (owned.length === 0) return;
    const rows = await this.read(client, owned);
    for (const event of owned) {
      const id = idOfStream(event.stream, this.projection.category);
      rows.set(id, foldEntity(this.projection, rows.get(id), event));
    }
    const written = [...rows.values()].map(({ row, version }) =>
      rowToJson(this.columns, { ...row, [streamVersion]: version }),
    );
    await client.query(this.upsertSql, [JSON.stringify(written)]);
  }

  private async read(
    client: ClientBase,
    events: readonly RecordedEvent[],
  ): Promise<Map<string, EntityRow>> {
    const ids = new Set(events.map(({ stream }) => idOfStream(stream, this.projection.category)));
    const { rows } = await client.query<Record<string, unknown>>(this.selectSql, [[...ids]]);
    return new Map(
      rows.map((found) => {
        const { [streamVersion]: version, ...row } = rowFromDatabase(this.columns, found);
        return [row[this.projection.key] as string, { row, version: version as number }];
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

  async apply(client: ClientBase, events: readonly RecordedEvent[]): Promise<void> {
    const deltas = new Map<string, TotalsDelta>();
    for (const event of events) foldTotals(this.projection, deltas, event);
    if (deltas.size === 0) return;
    await this.table.add(client, deltas);
    await this.rollup?.add(client, this.rollup.summed(deltas));
  }
}

class TotalsTable {
  private readonly columns: readonly TableColumn[];
  private readonly addSql: string;
  /** What an event that says nothing of a measure adds to it. */
  private readonly nothing: Readonly<Record<string, unknown>>;

  constructor(
    private readonly projection: Totals,
    schema: string,
  ) {
    this.columns = columnsOf(projection);
    const additive = Object.entries(projection.measures).filter(
      ([, { merge }]) => merge === 'sum' || merge === 'histogram',
    );
    this.nothing = Object.fromEntries(
      additive.map(([name, { merge }]) => [name, merge === 'sum' ? 0n : []]),
    );
    this.addSql = addTotalsSql(schema, projection);
  }

  /** The same sums by the keys of this table, which are fewer. */
  summed(deltas: ReadonlyMap<string, TotalsDelta>): Map<string, TotalsDelta> {
    const coarse = new Map<string, TotalsDelta>();
    addDeltas(this.projection, coarse, deltas.values());
    return coarse;
  }

  async add(client: ClientBase, deltas: ReadonlyMap<string, TotalsDelta>): Promise<void> {
    const rows = [...deltas.values()].map(({ key, add }) =>
      rowToJson(this.columns, { ...this.nothing, ...key, ...add }),
    );
    await client.query(this.addSql, [JSON.stringify(rows)]);
  }
}

export const storeOf = (projection: Projection, schema: string): Store =>
  projection.kind === 'entity'
    ? new EntityStore(projection, schema)
    : new TotalsStore(projection, schema);
