import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource, EntityManager } from 'typeorm';
import type { Projection } from '../../projections/projection';
import {
  addCheckpointsSql,
  addGenerationSql,
  epochSql,
  dropSoonSql,
  fedSql,
  generationsSql,
  nextNumberSql,
  notifySql,
  setStateSql,
} from './generation.sql';
import type { Ask } from '../database/ask';
import { pause } from '../pacing/pause';
import { createIndexesSql, createTablesSql, sqlName } from './table';
import { showSql } from './views.sql';
import { wordIndexSql } from './word-index.sql';

/**
 * filling -> building -> live <-> warm -> dropping
 *
 * A bulk fold fills a generation; from then on it is fed. A fixed one stands at one position.
 */
export type GenerationState = 'filling' | 'building' | 'live' | 'warm' | 'fixed' | 'dropping';

export interface Generation {
  /** Also the name of its schema. */
  readonly id: string;
  readonly projection: string;
  readonly version: number;
  readonly state: GenerationState;
  /** Which rebuild made it; null for the first ones of a database. */
  readonly rebuild: string | null;
  /** As of which voiding fact it is folded, from its first event to its last: a position. */
  readonly epoch: string;
  /** A deployment whose work it leaves out as well, as if it were void; null where it is no such what-if. */
  readonly without: string | null;
}

/** What else may be said of a generation that is made. */
interface Making {
  /** The past moment that it is to stand at. */
  readonly asOf?: bigint;
  readonly without?: string;
}

/** Notified when a generation comes, goes, or changes its state. */
export const generationsChannel = 'generations';

/** In which every process looks for generations at least once. */
const noticeMilliseconds = 1_500;

const lockNotAvailable = '55P03';

/** Held while generations are made or change their state, by one process at a time. */
export const generationLock = 7_306_101_112;

/** The built copies of projections, each in a schema of its own, behind the views in `read`. */
@Injectable()
export class Generations {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Makes the generations of a database that has none: they are live from the start. What comes
   * later, a new projection or a new version of one, is built by a rebuild before anybody sees it.
   */
  async begin(projections: readonly Projection[], partitions: number): Promise<void> {
    await this.exclusively(async (manager) => {
      if ((await this.all(manager)).length > 0) return;
      for (const projection of projections) {
        const { id } = await this.make(manager, projection, 'live', null);
        for (const sql of indexesSql(id, projection)) await manager.query(sql);
        await manager.query(addCheckpointsSql, [id, partitions, 0]);
        for (const sql of showSql(id, projection, null)) await manager.query(sql);
      }
    });
  }

  /** Runs one statement by itself. */
  readonly ask: Ask = (text, values) => this.database.query(text, values);

  /** Runs several statements, all of them or none. */
  transaction<T>(work: (ask: Ask) => Promise<T>): Promise<T> {
    return this.database.transaction((manager) =>
      work((text, values) => manager.query(text, values)),
    );
  }

  /** The end of the ledger. */
  async end(): Promise<bigint> {
    const [head] = await this.ask<{ position: string }>(`select position from ledger.head`, []);
    return BigInt(head?.position ?? 0);
  }

  /** The last fact that voided or reinstated work, by position; 0 before the first. */
  async epoch(manager: EntityManager = this.database.manager): Promise<bigint> {
    const [head]: { epoch: string }[] = await manager.query(epochSql);
    return BigInt(head?.epoch ?? 0);
  }

  /** All there are, of versions that this code does not know too; the oldest first. */
  all(manager: EntityManager = this.database.manager): Promise<Generation[]> {
    return manager.query(generationsSql);
  }

  /** Those of these projections' versions that are to be kept level with the ledger. */
  fed(projections: readonly Projection[]): Promise<Generation[]> {
    const names = projections.map(({ name }) => name);
    const versions = projections.map(({ version }) => version);
    return this.database.query(fedSql, [names, versions]);
  }

  /** An empty generation, with its tables and nothing else. */
  async create(
    projection: Projection,
    state: 'filling' | 'fixed',
    rebuild: string | null,
    making: Making = {},
  ): Promise<Generation> {
    return this.exclusively((manager) => this.make(manager, projection, state, rebuild, making));
  }

  /** Its tables are filled and it has its checkpoints: from now on it is fed. */
  async feed(id: string): Promise<void> {
    await this.exclusively((manager) => manager.query(setStateSql, [id, 'building']));
  }

  /** It is not fed any more: it stays where it stands. */
  async fix(id: string): Promise<void> {
    await this.exclusively((manager) => manager.query(setStateSql, [id, 'fixed']));
  }

  /**
   * Takes generations away with all they have; none that is live by then. Whoever feeds them learns of
   * it first, so that no batch fails for it. One that somebody reads stays until it is dropped again.
   */
  async drop(ids: readonly string[], signal: AbortSignal): Promise<void> {
    if (ids.length === 0) return;
    await this.exclusively((manager) => manager.query(dropSoonSql, [ids]));
    await pause(noticeMilliseconds, signal);
    for (const id of ids) {
      await this.dropNow(id).catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== lockNotAvailable) throw error;
      });
    }
  }

  /** Runs `work` while no other process makes generations or changes their state. */
  exclusively<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.database.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [generationLock]);
      const done = await work(manager);
      await manager.query(notifySql, [generationsChannel]);
      return done;
    });
  }

  private async dropNow(id: string): Promise<void> {
    await this.exclusively(async (manager) => {
      const going = (await this.all(manager)).some(
        (one) => one.id === id && one.state === 'dropping',
      );
      if (!going) return; // it went live after all, or another process was first
      await manager.query(`set local lock_timeout = '2s'`);
      await manager.query(`drop schema if exists ${id} cascade`);
      await manager.query(`delete from ops.generations where id = $1`, [id]);
    });
  }

  private async make(
    manager: EntityManager,
    projection: Projection,
    state: GenerationState,
    rebuild: string | null,
    making: Making = {},
  ): Promise<Generation> {
    const { name, version } = projection;
    const { asOf = null, without = null } = making;
    const own = (await this.all(manager)).filter((other) => other.projection === name).length;
    const [next]: { number: string }[] = await manager.query(nextNumberSql, [
      `generations of ${name}`,
      own + 1,
    ]);
    const id = `${sqlName(name)}_v${String(version)}_${next?.number ?? ''}`;
    await manager.query(`create schema ${id}`);
    for (const sql of createTablesSql(id, projection)) await manager.query(sql);
    const values = [id, name, version, state, rebuild, asOf, without];
    const [made]: { epoch: string }[] = await manager.query(addGenerationSql, values);
    return { id, projection: name, version, state, rebuild, epoch: made?.epoch ?? '0', without };
  }
}

/** What a generation's tables get once they are filled. */
export const indexesSql = (id: string, projection: Projection): string[] => [
  ...createIndexesSql(id, projection),
  ...wordIndexSql(id, projection),
];
