import { Inject, Injectable } from '@nestjs/common';
import type { StoredEvent } from '../../events/event-metadata';
import { decode } from '../../events/codec';
import { VoidInOrder, withoutVoid } from '../../events/voiding';
import type { Voidings } from '../../events/voiding';
import { leavesSunk } from '../../projections/fold';
import { concerns } from '../../projections/parking-lot';
import type { Projection } from '../../projections/projection';
import { DATABASE_URL } from '../database/database.tokens';
import { eventColumns } from '../ledger/ledger.sql';
import { storedEvent } from '../ledger/stored-event';
import type { EventRow } from '../ledger/stored-event';
import { columnsOf, tableOf } from '../projector/table';
import type { TableColumn } from '../projector/table';
import { voidingsAt } from '../projector/void-work';
import { foldOf } from '../proof/read-models/table-fold';
import type { FoldedRow, TableFold } from '../proof/read-models/table-fold';
import { Snapshot } from '../database/snapshot';
import { readingFault } from '../reading/reading-database';
import { summedColumnsOf } from './summed-columns';
import { streamsSql } from './void-streams';

/** More than this is a matter of seconds, and of memory: a rehearsal tells it as well. */
export const foldedAtMost = 20_000;
const longestMilliseconds = 10_000;

// All of each stream that is touched: what is left of it is folded anew.
const eventsSql = `${streamsSql}
select ${eventColumns} from ledger.events where stream in (select stream from void)
order by position limit $3`;

const liveSql = `select id from ops.generations where projection = $1 and version = $2 and state = 'live'`;

/** The sums of a read model, as decimal strings, before and after. */
export type Totals = readonly {
  readonly column: string;
  readonly before: string;
  readonly after: string;
}[];

const left = (at: number): string =>
  `(select coalesce(sum(v), 0) from unnest($${at}::numeric[]) v)`;

/** What is summed up live, and that less the rows as they are folded now and with those as they would be. */
const sumsSql = (table: string, columns: readonly TableColumn[]): string => {
  const sums = columns.flatMap(({ sql }, index) => {
    const live = `coalesce(sum(${sql}::numeric), 0)`;
    const after = `${live} - ${left(2 * index + 1)} + ${left(2 * index + 2)}`;
    return [`trim_scale(${live})::text as b${index}`, `trim_scale(${after})::text as a${index}`];
  });
  return `select ${sums.join(', ')} from ${table}`;
};

const folded = (
  projection: Projection,
  voidings: Voidings,
  events: readonly StoredEvent[],
): FoldedRow[] => {
  const fold = foldOf(projection, columnsOf(projection), { index: 0, count: 1 });
  const work = new VoidInOrder(voidings);
  for (const event of events) {
    const isVoid = work.isVoid(event);
    if (concerns(projection, event)) apply(projection, fold, event, isVoid, work);
  }
  return [...fold.rest()];
};

/** What cannot be applied is parked, and in no row. */
const apply = (
  projection: Projection,
  fold: TableFold,
  event: StoredEvent,
  isVoid: boolean,
  work: VoidInOrder,
): void => {
  try {
    if (!isVoid) fold.fold(withoutVoid(decode(event), (met) => work.isVoid(met)));
    else if (projection.kind === 'totals' && leavesSunk(projection, event.type))
      fold.sink(decode(event));
    else fold.passOver(event);
  } catch {
    fold.giveUp(event);
  }
};

/**
 * What the sums of read models would be if a deployment were voided now: only the streams that it wrote to are
 * folded, with its work and without it, and the difference is taken from what is live.
 */
@Injectable()
export class VoidTotals {
  constructor(@Inject(DATABASE_URL) private readonly url: string) {}

  /**
   * By projection those that change; null where too much is touched to be folded for a preview, or to be read in
   * time.
   *
   * @throws Problem 503 while the database is away.
   */
  async of(
    deploymentId: string,
    categories: readonly string[],
    projections: readonly Projection[],
    inTime: AbortSignal = AbortSignal.timeout(longestMilliseconds),
  ): Promise<ReadonlyMap<string, Totals> | null> {
    try {
      return await this.within(inTime, deploymentId, categories, projections);
    } catch (error) {
      if (inTime.aborted) return null;
      throw readingFault(error);
    }
  }

  private async within(
    inTime: AbortSignal,
    deploymentId: string,
    categories: readonly string[],
    projections: readonly Projection[],
  ): Promise<ReadonlyMap<string, Totals> | null> {
    const snapshot = await Snapshot.open(this.url, inTime);
    try {
      const values = [deploymentId, categories, foldedAtMost + 1];
      const rows = await snapshot.ask<EventRow>(eventsSql, values);
      if (rows.length > foldedAtMost) return null;
      const events = rows.map(storedEvent);
      const before = await voidingsAt(snapshot, null);
      const after = await voidingsAt(snapshot, null, deploymentId);
      const totals = new Map<string, Totals>();
      for (const projection of projections) {
        const both = [before, after].map((voidings) => folded(projection, voidings, events));
        totals.set(projection.name, await this.sums(snapshot, projection, both));
      }
      return totals;
    } finally {
      await snapshot.close();
    }
  }

  private async sums(
    snapshot: Snapshot,
    projection: Projection,
    both: readonly (readonly FoldedRow[])[],
  ): Promise<Totals> {
    const { name, version } = projection;
    const [live] = await snapshot.ask<{ id: string }>(liveSql, [name, version]);
    const columns = summedColumnsOf(projection);
    if (live === undefined || columns.length === 0) return [];
    const names = columnsOf(projection).map((column) => column.name);
    const values = columns.flatMap((column) =>
      both.map((rows) => rows.map((row) => row[names.indexOf(column.name)] ?? null)),
    );
    const sql = sumsSql(tableOf(live.id, projection), columns);
    const [sums = {}] = await snapshot.ask<Record<string, string>>(sql, values);
    return columns.flatMap(({ name: column }, index) => {
      const [from = '0', to = '0'] = [sums[`b${index}`], sums[`a${index}`]];
      return from === to ? [] : [{ column, before: from, after: to }];
    });
  }
}
