import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { RecordedEvent } from '../../../events';
import { decode } from '../../../events/codec';
import { VoidInOrder, withoutVoid } from '../../../events/voiding';
import { leavesSunk } from '../../../projections/fold';
import { concerns } from '../../../projections/parking-lot';
import type { Sealable } from '../../ledger/seal';
import type { Field } from '../../database/copy-text';
import { FaultList } from '../fault-list';
import type { RowFault } from '../proof.schemas';
import type { Snapshot } from '../../database/snapshot';
import { Comparison, storedRow, tableRowsSql } from './comparison';
import type { LiveModel, LiveTable } from './live-tables';
import type { Share } from './slice';
import { foldOf } from './table-fold';
import type { TableFold } from './table-fold';

/** What a model's proof has come to so far. */
export interface ModelStanding {
  readonly model: LiveModel;
  readonly faults: FaultList<RowFault>;
  /** SHA-256 over the rows of its tables, as they are read. */
  readonly content: Hash;
}

/** A table with the standing of the model it belongs to. */
export interface StandingTable extends LiveTable {
  readonly standing: ModelStanding;
}

/** A fault that is no row's. */
export const sentence = (
  kind: RowFault['kind'],
  table: string | null,
  detail: string,
): RowFault => ({ kind, table, key: null, column: null, found: null, folded: null, detail });

/** Of one that is being built: what it has parked, the one that is live has as well, or it differs. */
export const builtStanding = (model: LiveModel): ModelStanding => {
  const faults = new FaultList<RowFault>();
  for (const detail of model.faults) faults.add(sentence('generation', null, detail));
  return { model, faults, content: createHash('sha256') };
};

export const standingOf = (model: LiveModel): ModelStanding => {
  const standing = builtStanding(model);
  for (const detail of model.parked.faults()) {
    standing.faults.add(sentence('parked', null, detail));
  }
  return standing;
};

export const standingTables = (standing: ModelStanding): StandingTable[] =>
  standing.model.tables.map((table) => ({ ...table, standing }));

interface Folding {
  readonly share: Share<StandingTable>;
  readonly fold: TableFold;
  readonly work: VoidInOrder;
}

const readable = (event: Sealable): RecordedEvent =>
  decode({ data: JSON.parse(event.text) as unknown, ...event });

/** Folds the shares of one reading of the ledger, and holds the tables against them. */
export class Refolding {
  private readonly foldings: readonly Folding[];
  private readonly most: bigint;

  constructor(shares: readonly Share<StandingTable>[]) {
    const works = new Map<string, VoidInOrder>(); // those that leave out the same share one
    this.foldings = shares.map((share) => {
      const { projection, columns, standing } = share.table;
      const { voidings } = standing.model;
      const left = `${voidings.epoch} ${voidings.without ?? ''}`;
      const work = works.get(left) ?? new VoidInOrder(voidings);
      works.set(left, work);
      return { share, work, fold: foldOf(projection, columns, share.slice) };
    });
    this.most = this.foldings.reduce((most, { share }) => {
      const { frontier } = share.table.standing.model;
      return frontier.most > most ? frontier.most : most;
    }, 0n);
  }

  /** The next event, by position. One that cannot be folded is a fault of each model it concerns. */
  take(event: Sealable): void {
    if (event.position > this.most) return;
    let recorded: RecordedEvent | null = null;
    for (const { share, fold, work } of this.foldings) {
      const { projection, name, standing } = share.table;
      const { frontier, parked } = standing.model;
      const isVoid = work.isVoid(event);
      if (!frontier.covers(event) || !concerns(projection, event)) continue;
      if (parked.isWaiting(event.position)) continue;
      try {
        const sinks = projection.kind === 'totals' && leavesSunk(projection, event.type);
        if (isVoid && !sinks) {
          fold.passOver(event);
          continue;
        }
        recorded ??= readable(event);
        if (isVoid) fold.sink(recorded);
        else fold.fold(withoutVoid(recorded, (met) => work.isVoid(met)));
      } catch (error) {
        if (parked.isLeftOut(event)) fold.passOver(event);
        else {
          fold.giveUp(event);
          const detail = `event ${event.position} cannot be folded: ${(error as Error).message}`;
          standing.faults.add(sentence('event', name, detail));
        }
      }
    }
  }

  /**
   * Reads the tables; a table's content is hashed with the first of its slices.
   *
   * @param read is told how many rows more are read.
   * @returns how many rows were compared.
   */
  async compare(snapshot: Snapshot, read?: (rows: number) => void): Promise<number> {
    let compared = 0;
    for (const { share, fold } of this.foldings) {
      const { table, slice } = share;
      const { faults, content } = table.standing;
      const comparison = new Comparison(share, fold, faults);
      for await (const rows of storedRows(snapshot, table)) {
        for (const row of rows) {
          if (slice.index === 0) content.update(lineOf(row));
          comparison.take(row);
        }
        read?.(rows.length);
      }
      comparison.finish();
      compared += comparison.compared;
    }
    return compared;
  }
}

const lineOf = (row: readonly Field[]): string => `${JSON.stringify(row)}\n`;

/** Every row of a table as texts, in the order of their keys, with turns for whoever else is served. */
async function* storedRows(snapshot: Snapshot, table: LiveTable): AsyncGenerator<Field[][]> {
  for await (const rows of snapshot.rows(tableRowsSql(table))) {
    yield rows.map((fields) => storedRow(table.columns, fields));
    await setImmediate();
  }
}

/** Reads a table that nothing is folded of, for its content alone. */
export const hashContent = async (
  snapshot: Snapshot,
  table: StandingTable,
  read: (rows: number) => void,
): Promise<void> => {
  for await (const rows of storedRows(snapshot, table)) {
    for (const row of rows) table.standing.content.update(lineOf(row));
    read(rows.length);
  }
};
