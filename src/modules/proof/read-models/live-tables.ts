import type { Voidings } from '../../../events/voiding';
import { nothingVoid } from '../../../events/voiding';
import { withRollup, seesVoidable } from '../../../projections/projection';
import type { Projection } from '../../../projections/projection';
import { positionsSql } from '../../projector/generation.sql';
import { voidingsAt } from '../../projector/void-work';
import { columnsOf, sqlName, tableOf } from '../../projector/table';
import type { TableColumn } from '../../projector/table';
import { headOf } from '../ledger/places';
import type { Snapshot } from '../../database/snapshot';
import { Frontier } from './frontier';
import { Parked } from './parked';

/** A table of a generation: its own, or that of its rollup. */
export interface LiveTable {
  /** Whose rows these are: the projection, or its rollup. */
  readonly projection: Projection;
  /** With its schema. */
  readonly name: string;
  readonly columns: readonly TableColumn[];
  readonly rows: number;
}

/** A generation as it is in a snapshot: one that is live, or is to be. */
export interface LiveModel {
  readonly projection: string;
  readonly version: number;
  readonly generation: string;
  /** Everything up to here is applied. */
  readonly position: bigint;
  readonly frontier: Frontier;
  readonly parked: Parked;
  /** What is void in its epoch. */
  readonly voidings: Voidings;
  /** First its own; empty where this code cannot fold its version. */
  readonly tables: readonly LiveTable[];
  /** What is wrong before any row is looked at, in sentences. */
  readonly faults: readonly string[];
}

interface PositionRow {
  readonly id: string;
  readonly projection: string;
  readonly version: number;
  readonly state: string;
  readonly position: string;
  readonly epoch: string;
  readonly without: string | null;
}

/** What is not fed any more stands at its checkpoints. */
const besideSql = `
select g.id, g.projection, g.version, g.state, g.epoch, g.without, min(c.position) as position
from ops.generations g join ops.checkpoints c on c.generation = g.id
where g.id = any ($1::text[]) group by g.id order by g.id`;

const checkpointsSql = `
select array_agg(position::text order by partition) as positions from ops.checkpoints where generation = $1`;

/** Tells of a generation whether it is live now, after the moment of the snapshot. */
export type IsLiveNow = (generation: string) => Promise<boolean>;

/** What PostgreSQL tells of a view is of now, whatever a snapshot sees besides. */
const viewSql = `
select to_regclass($1) is not null as "table", pg_get_viewdef(to_regclass($2)) as view`;

const plain = (sql: string): string => sql.replace(/["\s]+/g, ' ').replace(/ ?([,;]) ?/g, '$1');

/** Whether a view shows just the columns of a table: before PostgreSQL 16 their names have its before them. */
const showsAll = (view: string | null, table: string, columns: readonly TableColumn[]): boolean => {
  const whole = ` SELECT ${columns.map(({ sql }) => sql).join(',')} FROM ${table};`;
  const unqualified = `${table.split('.')[1] ?? ''}.`;
  return plain(view ?? '').replaceAll(unqualified, '') === plain(whole);
};

const countOf = async (snapshot: Snapshot, table: string): Promise<number> => {
  const [row] = await snapshot.ask<{ rows: string }>(`select count(*) as rows from ${table}`);
  return Number(row?.rows ?? 0);
};

const tablesOf = async (
  snapshot: Snapshot,
  schema: string,
  projection: Projection,
  /** Null for one that is not live. */
  isLiveNow: IsLiveNow | null,
): Promise<{ tables: LiveTable[]; faults: string[] }> => {
  const faults: string[] = [];
  const tables: LiveTable[] = [];
  for (const one of withRollup(projection)) {
    const name = tableOf(schema, one);
    const columns = columnsOf(one);
    const view = `read.${sqlName(projection.name)}`;
    const [found] = await snapshot.ask<{ table: boolean; view: string | null }>(viewSql, [
      name,
      view,
    ]);
    if (found?.table !== true) {
      faults.push(`there is no table ${name}`);
      continue;
    }
    const isShown = one !== projection || showsAll(found.view, name, columns);
    // Of a view that shows another generation by now nothing is to be said.
    if (!isShown && (await isLiveNow?.(schema)) === true) {
      faults.push(`the view ${view} does not show ${name} as it is`);
    }
    tables.push({ projection: one, name, columns, rows: await countOf(snapshot, name) });
  }
  return { tables, faults };
};

const modelOf = async (
  snapshot: Snapshot,
  row: PositionRow,
  projection: Projection | undefined,
  end: bigint,
  now: Voidings,
  isLiveNow: IsLiveNow | null,
): Promise<LiveModel> => {
  const { id, version, state } = row;
  const [checkpoints] = await snapshot.ask<{ positions: string[] | null }>(checkpointsSql, [id]);
  const frontier = new Frontier((checkpoints?.positions ?? []).map(BigInt));
  const known = projection?.version === version ? projection : undefined;
  const { tables, faults } =
    known === undefined
      ? {
          tables: [],
          faults: [`this code cannot fold version ${String(version)}, which ${id} is of`],
        }
      : await tablesOf(snapshot, id, known, state === 'live' ? isLiveNow : null);
  if (frontier.most > end) {
    faults.push(`${id} is at ${frontier.most}, behind the end of the ledger at ${end}`);
  }
  const epoch = BigInt(row.epoch);
  if (known !== undefined && seesVoidable(known) && epoch < now.epoch) {
    faults.push(
      `${id} does not know what was voided or reinstated at ${now.epoch}: it is to be built anew`,
    );
  }
  const position = BigInt(row.position);
  return {
    projection: row.projection,
    version,
    generation: id,
    position,
    frontier,
    tables,
    faults,
    parked: await Parked.of(snapshot, id, known),
    voidings: await voidingsAt(snapshot, epoch, row.without),
  };
};

const modelsOf = async (
  snapshot: Snapshot,
  rows: readonly PositionRow[],
  projections: readonly Projection[],
  end: bigint,
  isLiveNow: IsLiveNow,
): Promise<LiveModel[]> => {
  const now = await voidingsAt(snapshot, null);
  const models: LiveModel[] = [];
  for (const row of rows) {
    const own = projections.find(({ name }) => name === row.projection);
    models.push(await modelOf(snapshot, row, own, end, now, isLiveNow));
  }
  return models;
};

/** Some generations, live or not. */
export const generationModels = async (
  snapshot: Snapshot,
  projections: readonly Projection[],
  ids: readonly string[],
  end: bigint,
  isLiveNow: IsLiveNow,
): Promise<LiveModel[]> => {
  if (ids.length === 0) return [];
  const rows = await snapshot.ask<PositionRow>(besideSql, [ids]);
  return modelsOf(snapshot, rows, projections, end, isLiveNow);
};

/** Every live generation, and for a projection without one, that it has none. */
export const liveModels = async (
  snapshot: Snapshot,
  projections: readonly Projection[],
  topic: string | null,
  end: bigint,
  isLiveNow: IsLiveNow,
): Promise<LiveModel[]> => {
  const rows = await snapshot.ask<PositionRow>(positionsSql, [topic]);
  const live = rows.filter(({ state }) => state === 'live');
  const models = await modelsOf(snapshot, live, projections, end, isLiveNow);
  for (const { name, version } of projections) {
    if (live.some(({ projection }) => projection === name)) continue;
    const faults = [`${name} has no live generation`];
    const nothing = {
      frontier: new Frontier([]),
      parked: new Parked(undefined, []),
      tables: [],
      voidings: nothingVoid,
    };
    const none = { generation: '', position: 0n, ...nothing, faults };
    models.push({ projection: name, version, ...none });
  }
  return models.sort((left, right) => (left.projection < right.projection ? -1 : 1));
};

/** One that is being built, as of the epoch that it was begun in. @throws Error where it is not fed. */
export const builtModel = async (
  snapshot: Snapshot,
  generation: string,
  projection: Projection,
  topic: string | null,
): Promise<LiveModel> => {
  const rows = await snapshot.ask<PositionRow>(positionsSql, [topic]);
  const row = rows.find(({ id }) => id === generation);
  if (row === undefined) throw new Error(`there is no ${generation} that is fed`);
  const { position } = await headOf(snapshot);
  const own = await voidingsAt(snapshot, BigInt(row.epoch));
  return modelOf(snapshot, row, projection, position, own, null);
};
