import { Injectable } from '@nestjs/common';
import { Problem } from '../../http/problem';
import { rowFromDatabase, tableOf } from '../../projector/table';
import { AsOfGenerations } from '../as-of/as-of-generations';
import { readFound } from '../as-of/dropped';
import { MomentAsked } from '../as-of/moment-asked';
import { ReadingDatabase } from '../reading-database';
import type { Ask } from '../../database/ask';
import { LiveGenerations } from './live-generation';
import type { LiveGeneration } from './live-generation';
import { presentedRow } from './presented-row';
import { ReadModels } from './read-models';
import type { RowsRequest } from './row-request';
import { rowsSql } from './rows.sql';

type Row = Readonly<Record<string, unknown>>;
type Moment = Pick<RowsRequest, 'minPosition' | 'asOf'>;

/** Several read models at one position, in one snapshot. */
export interface LevelModels {
  readonly position: string;
  /** As `GET /v1/projections/<name>` answers them, at most `limit`. */
  rows(name: string, query: Readonly<Record<string, string>>, limit: number): Promise<Row[]>;
  /** A statement of its own over the table of one of them. */
  ask<Found extends object>(
    name: string,
    sql: (table: string) => string,
    values: unknown[],
  ): Promise<Found[]>;
}

/** While read models are being written they are level again within milliseconds. */
const triesAtMost = 20;

const notLevel = (): Problem =>
  new Problem(503, 'read-models-not-level', 'the read models do not stand at one position', {
    retryAfterSeconds: 1,
  });

/** Reads several read models as they stand at one position, so that what they say can be compared. */
@Injectable()
export class LevelReader {
  constructor(
    private readonly database: ReadingDatabase,
    private readonly models: ReadModels,
    private readonly live: LiveGenerations,
    private readonly past: AsOfGenerations,
    private readonly moments: MomentAsked,
  ) {}

  /** @throws Problem 503 where they are not level, or not there, in time, or a past is being built. */
  async within<T>(
    names: readonly string[],
    { minPosition, asOf }: Moment,
    read: (models: LevelModels) => Promise<T>,
  ): Promise<T> {
    if (asOf === null) return this.now(names, minPosition, read);
    const position = await this.moments.covering(asOf, minPosition);
    return readFound(
      () => this.at(names, position),
      (generations) =>
        this.database.snapshot((ask) => read(this.levelModels(ask, String(position), generations))),
    );
  }

  private async now<T>(
    names: readonly string[],
    minPosition: bigint | null,
    read: (models: LevelModels) => Promise<T>,
  ): Promise<T> {
    let wanted = minPosition;
    for (let tries = 0; tries < triesAtMost; tries += 1) {
      const position = wanted;
      await Promise.all(names.map((name) => this.live.await(this.models.named(name), position)));
      const found = await this.database.snapshot(async (ask) => {
        const generations = await this.liveOnes(ask, names, position);
        const positions = [...generations.values()].map((generation) => generation.position);
        const [first = '0'] = positions;
        if (positions.some((other) => other !== first)) return { positions };
        return { value: await read(this.levelModels(ask, first, generations)) };
      });
      if ('value' in found) return found.value;
      wanted = found.positions.map(BigInt).reduce((most, one) => (one > most ? one : most));
    }
    throw notLevel();
  }

  private async liveOnes(
    ask: Ask,
    names: readonly string[],
    minPosition: bigint | null,
  ): Promise<ReadonlyMap<string, LiveGeneration>> {
    const found = new Map<string, LiveGeneration>();
    for (const name of names) {
      found.set(name, await this.live.within(ask, this.models.named(name), minPosition));
    }
    return found;
  }

  /** One after the other: a process has room for few builds at once. */
  private async at(
    names: readonly string[],
    position: bigint,
  ): Promise<ReadonlyMap<string, LiveGeneration>> {
    const found = new Map<string, LiveGeneration>();
    for (const name of names) {
      found.set(name, await this.past.at(this.models.named(name), position));
    }
    return found;
  }

  private levelModels(
    ask: Ask,
    position: string,
    generations: ReadonlyMap<string, LiveGeneration>,
  ): LevelModels {
    const idOf = (name: string): string => {
      const generation = generations.get(name);
      if (generation === undefined) throw new Error(`${name} was not asked for`);
      return generation.id;
    };
    return {
      position,
      rows: async (name, query, limit) => {
        const request = this.models.request(name, query);
        const { text, values } = rowsSql(idOf(name), request, null, limit);
        const found = await ask<Row>(text, values);
        return found
          .map((row) => rowFromDatabase(request.columns, row))
          .map((row) => presentedRow(request.projection, row));
      },
      ask: (name, sql, values) => ask(sql(tableOf(idOf(name), this.models.named(name))), values),
    };
  }
}
