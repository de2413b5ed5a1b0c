import { Injectable } from '@nestjs/common';
import type { Projection } from '../../../projections/projection';
import { rowFromDatabase } from '../../projector/table';
import type { Place } from '../cursor';
import { ReadingDatabase } from '../reading-database';
import type { Ask } from '../reading-database';
import { LiveGenerations } from './live-generation';
import type { LiveGeneration } from './live-generation';
import { shownColumns } from './row-columns';
import { placeOfRow } from './row-request';
import type { RowsRequest } from './row-request';
import { rowSql, rowsSql } from './rows.sql';

type Row = Readonly<Record<string, unknown>>;

/** Some rows in folds' terms, and the place behind which there are more. */
export interface Page {
  readonly rows: readonly Row[];
  readonly next: Place | null;
}

/** Reads rows of the live generation, in one snapshot with its position. */
@Injectable()
export class RowReader {
  constructor(
    private readonly database: ReadingDatabase,
    private readonly live: LiveGenerations,
  ) {}

  /** The first page that `request` asks for, and the generation it is of. */
  async page(
    request: RowsRequest,
    limit: number,
  ): Promise<Page & { readonly generation: LiveGeneration }> {
    const { projection, minPosition, after } = request;
    await this.live.await(projection, minPosition);
    return this.database.snapshot(async (ask) => {
      const generation = await this.live.within(ask, projection, minPosition);
      return { generation, ...(await pageOf(ask, generation.id, request, after, limit)) };
    });
  }

  /** The page behind `place`, of the generation of the first one, which stays fed when it is no longer live. */
  following(
    request: RowsRequest,
    generation: LiveGeneration,
    place: Place,
    limit: number,
  ): Promise<Page> {
    const ask: Ask = (text, values) => this.database.ask(text, values);
    return pageOf(ask, generation.id, request, place, limit);
  }

  /** The row with these values of its keys, or undefined. */
  async row(
    projection: Projection,
    key: readonly string[],
    minPosition: bigint | null,
  ): Promise<{ readonly generation: LiveGeneration; readonly row: Row | undefined }> {
    await this.live.await(projection, minPosition);
    return this.database.snapshot(async (ask) => {
      const generation = await this.live.within(ask, projection, minPosition);
      const columns = shownColumns(projection);
      const keys = columns.filter(({ isKey }) => isKey);
      const { text, values } = rowSql(generation.id, { projection, columns, keys }, key);
      const [found] = await ask(text, values);
      return { generation, row: found && rowFromDatabase(columns, found) };
    });
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
  const found = await ask(text, values);
  const rows = found.slice(0, limit).map((row) => rowFromDatabase(request.columns, row));
  const last = rows.at(-1);
  const more = found.length > limit && last !== undefined;
  return { rows, next: more ? placeOfRow(request, last) : null };
};
