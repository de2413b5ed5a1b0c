import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Projection } from '../../projections/projection';
import { addCheckpointsSql, addGenerationSql, generationsSql, setStateSql } from './generation.sql';
import { createIndexesSql, createTablesSql, sqlName, tableOf } from './table';
import { wordIndexSql, wordViewsSql } from './word-index.sql';

export interface Generation {
  /** Also the name of its schema. */
  readonly id: string;
  readonly projection: string;
  readonly version: number;
  readonly state: 'building' | 'live' | 'warm';
}

/** Held while generations are made or change their state, by one process at a time. */
const generationLock = 7_306_101_112;

/** The built copies of projections, each in a schema of its own, behind the views in `read`. */
@Injectable()
export class Generations {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * The generation of this code's version of `projection`, made if there is none. The first one of
   * a projection is live from the start; a later version is built beside the live one.
   */
  async ensure(projection: Projection, partitions: number): Promise<Generation> {
    return this.exclusively(async (manager) => {
      const all: Generation[] = await manager.query(generationsSql, [projection.name]);
      const current = all.findLast(({ version }) => version === projection.version);
      if (current !== undefined) return current;
      const state = all.some((other) => other.state === 'live') ? 'building' : 'live';
      const id = `${sqlName(projection.name)}_v${String(projection.version)}_${String(all.length + 1)}`;
      await manager.query(`create schema ${id}`);
      for (const sql of createTablesSql(id, projection)) await manager.query(sql);
      for (const sql of createIndexesSql(id, projection)) await manager.query(sql);
      for (const sql of wordIndexSql(id, projection)) await manager.query(sql);
      await manager.query(addGenerationSql, [id, projection.name, projection.version, state]);
      await manager.query(addCheckpointsSql, [id, partitions]);
      const generation: Generation = {
        id,
        projection: projection.name,
        version: projection.version,
        state,
      };
      if (state === 'live') await this.point(manager, projection, id);
      return generation;
    });
  }

  /** Makes a generation that has caught up the live one; the one before it stays, warm. */
  async cutOver(projection: Projection, generation: Generation): Promise<void> {
    await this.exclusively(async (manager) => {
      const all: Generation[] = await manager.query(generationsSql, [projection.name]);
      for (const { id, state } of all) {
        if (state === 'live' && id !== generation.id)
          await manager.query(setStateSql, [id, 'warm']);
      }
      await manager.query(setStateSql, [generation.id, 'live']);
      await this.point(manager, projection, generation.id);
    });
  }

  private async point(manager: EntityManager, projection: Projection, id: string): Promise<void> {
    const view = `read.${sqlName(projection.name)}`;
    await manager.query(`drop view if exists ${view}`);
    await manager.query(`create view ${view} as select * from ${tableOf(id, projection)}`);
    for (const sql of wordViewsSql(id, projection)) await manager.query(sql);
  }

  private exclusively<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [generationLock]);
      return work(manager);
    });
  }
}
