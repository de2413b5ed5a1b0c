import { Injectable } from '@nestjs/common';
import type { Projection } from '../../../projections/projection';
import { rowFromDatabase } from '../../projector/table';
import type { Place } from '../cursor';
import { ReadingDatabase } from '../reading-database';
import type { Ask } from '../../database/ask';
import { Opening } from '../../personal/opening';
import { AsOfGenerations } from '../as-of/as-of-generations';
import { readFound } from '../as-of/dropped';
import type { CountRequest } from './count-request';
import { countsSql } from './counts.sql';
import { LiveGenerations } from './live-generation';
import type { LiveGeneration } from './live-generation';
import { shownColumns } from './row-columns';
import { placeOfRow } from './row-request';
import type { RowsRequest } from './row-request';
import { rowSql, rowsSql } from './rows.sql';

type Row = Readonly<Record<string, unknown>>;

/** When a read model is asked about: now, once it has reached a position, or a past moment. */
type Moment = Pick<RowsRequest, 'minPosition' | 'asOf'>;

/** Some rows in folds' terms, and the place behind which there are more. */
export interface Page {
  readonly rows: readonly Row[];
  readonly next: Place | null;
}

/** Reads rows of the live generation, in one snapshot with its position, and opens what is sealed in them. */
@Injectable()
export class RowReader {
  constructor(
    private readonly database: ReadingDatabase,
    private readonly live: LiveGenerations,
    private readonly past: AsOfGenerations,
    private readonly opening: Opening,
  ) {}

  /** The first page that `request` asks for, and the generation it is of. */
  async page(
    request: RowsRequest,
    limit: number,
  ): Promise<Page & { readonly generation: LiveGeneration }> {
    const { projection, after } = request;
    const { generation, page } = await this.within(projection, request, async (ask, found) => ({
      generation: found,
      page: await pageOf(ask, found.id, request, after, limit),
    }));
    return { generation, ...(await this.opened(projection, page)) };
  }

  /**
   * The page behind `place`, of the generation of the first one, which stays fed when it is no longer
   * live; or of one like it, where that of a past moment was dropped meanwhile.
   */
  async following(
    request: RowsRequest,
    generation: LiveGeneration,
    place: Place,
    limit: number,
  ): Promise<Page> {
    const { projection, asOf } = request;
    const ask: Ask = (text, values) => this.database.ask(text, values);
    const read = ({ id }: LiveGeneration): Promise<Page> => pageOf(ask, id, request, place, limit);
    const page =
      asOf === null
        ? await read(generation)
        : await readFound(() => this.past.patiently(projection, BigInt(generation.position)), read);
    return this.opened(projection, page);
  }

  /** How many rows there are by the values of a column. */
  async counts(request: CountRequest): Promise<{
    readonly generation: LiveGeneration;
    readonly counts: ReadonlyMap<string, number>;
  }> {
    return this.within(request.projection, request, async (ask, generation) => {
      const { text, values } = countsSql(generation.id, request);
      const rows = await ask<{ value: string; rows: number }>(text, values);
      return { generation, counts: new Map(rows.map(({ value, rows: count }) => [value, count])) };
    });
  }

  /** The row with these values of its keys, or undefined. */
  async row(
    projection: Projection,
    key: readonly string[],
    moment: Moment,
  ): Promise<{ readonly generation: LiveGeneration; readonly row: Row | undefined }> {
    const { generation, row } = await this.within(projection, moment, async (ask, generation) => {
      const columns = shownColumns(projection);
      const keys = columns.filter(({ isKey }) => isKey);
      const { text, values } = rowSql(generation.id, { projection, columns, keys }, key);
      const [found] = await ask<Row>(text, values);
      return { generation, row: found && rowFromDatabase(columns, found) };
    });
    if (row === undefined) return { generation, row };
    const [opened] = await this.opening.rows(projection, [row]);
    return { generation, row: opened };
  }

  /** Outside of the snapshot: whoever is forgotten meanwhile is. The place behind it is that of the rows as they are kept. */
  private async opened(projection: Projection, { rows, next }: Page): Promise<Page> {
    return { rows: await this.opening.rows(projection, rows), next };
  }

  /** Reads from the generation that answers for a moment, in one snapshot. */
  private async within<T>(
    projection: Projection,
    { minPosition, asOf }: Moment,
    read: (ask: Ask, generation: LiveGeneration) => Promise<T>,
  ): Promise<T> {
    if (asOf !== null) {
      return readFound(
        () => this.past.at(projection, asOf, minPosition),
        (generation) => this.database.snapshot((ask) => read(ask, generation)),
      );
    }
    await this.live.await(projection, minPosition);
    return this.database.snapshot(async (ask) =>
      read(ask, await this.live.within(ask, projection, minPosition)),
    );
  }
}

const pageOf = async (
  ask: Ask,
  generation: string,
  request: RowsRequest,
  place: Place | null,
  limit: number,
): Promise<Page> => {
  // One more than asked for tells whether there is more.
  const { text, values } = rowsSql(generation, request, place, limit + 1);
  const found = await ask<Row>(text, values);
  const rows = found.slice(0, limit).map((row) => rowFromDatabase(request.columns, row));
  const last = rows.at(-1);
  const more = found.length > limit && last !== undefined;
  return { rows, next: more ? placeOfRow(request, last) : null };
};
