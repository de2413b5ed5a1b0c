import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { Projection } from '../../../projections/projection';
import type { Settings } from '../../config/settings';
import { SETTINGS } from '../../config/settings.token';
import { Problem } from '../../http/problem';
import { pause } from '../../pacing/pause';
import { hashAt } from '../../proof/ledger/places';
import { Generations } from '../../projector/generations';
import type { Generation } from '../../projector/generations';
import { createIndexesSql } from '../../projector/table';
import { BulkFold } from '../../rebuild/bulk/bulk-fold';
import type { AsOf } from './moment-asked';
import { MomentAsked } from './moment-asked';
import { NearestBase } from './nearest-base';

const patienceMilliseconds = 5_000;
const lookMilliseconds = 250;
/** Builds at once in one process; each may hold a connection for as long as it takes. */
const buildsAtOnce = 2;

// Whoever uses it makes it the last to go. One that has parked events may have been made by folds that
// are mended by now, unless this process made it.
const knownSql = `
update ops.generations g set used_at = clock_timestamp()
where projection = $1 and version = $2 and state = 'fixed' and rebuild is null and fixed_at = $3
  and (id = any ($4) or not exists (select from ops.parked where generation = g.id))
returning id`;

const fixSql = `
update ops.generations g set state = 'fixed', fixed_at = $2, used_at = clock_timestamp() where id = $1
returning exists (select from ops.parked where generation = g.id) as parked`;

/** Of all processes one builds a moment; the others find what it made. */
const lockSql = `select pg_advisory_xact_lock(hashtextextended($1, 7306101118))`;

/** A projection as it was at a position. */
export interface FixedGeneration {
  /** Also the schema of its table. */
  readonly id: string;
  readonly version: number;
  readonly position: string;
  /** Names the history up to there. */
  readonly ledgerHash: string;
}

/** Generations that stand at past positions: built when they are asked for, and kept for the next. */
@Injectable()
export class AsOfGenerations implements OnApplicationShutdown {
  private readonly logger = new Logger('AsOf');
  private readonly building = new Map<string, Promise<string>>();
  /** Made here, with parked events: the same code would park them again. */
  private readonly parkedHere = new Set<string>();
  private readonly stopped = new AbortController();

  constructor(
    private readonly generations: Generations,
    private readonly base: NearestBase,
    private readonly bulk: BulkFold,
    private readonly moments: MomentAsked,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onApplicationShutdown(): Promise<void> {
    this.stopped.abort();
    await Promise.allSettled(this.building.values());
  }

  /**
   * `projection` as of a moment.
   *
   * @throws Problem 400 for a moment ahead, or before `minPosition`; 503 while it is still being built, which goes on.
   */
  async at(
    projection: Projection,
    asOf: AsOf,
    minPosition: bigint | null = null,
  ): Promise<FixedGeneration> {
    const position = await this.moments.covering(asOf, minPosition);
    const id = (await this.known(projection, position)) ?? (await this.built(projection, position));
    const { version } = projection;
    const ledgerHash = await this.ledgerHashAt(position);
    return { id, version, position: String(position), ledgerHash };
  }

  /**
   * `projection` at a position, however long it takes to build: for rows some of which are sent
   * already, so that nobody can be told to ask again.
   *
   * @throws Error where it cannot be built, or the process stops.
   */
  async patiently(projection: Projection, position: bigint): Promise<FixedGeneration> {
    for (;;) {
      try {
        return await this.at(projection, position);
      } catch (error) {
        const isBuilding = error instanceof Problem && error.code === 'as-of-building';
        if (!isBuilding || this.stopped.signal.aborted) throw error;
        await pause(lookMilliseconds, this.stopped.signal);
      }
    }
  }

  /** Names the history up to a position that the ledger has reached. */
  async ledgerHashAt(position: bigint): Promise<string> {
    return (await hashAt(this.generations, position)) ?? '';
  }

  private async known(
    { name, version }: Projection,
    position: bigint,
  ): Promise<string | undefined> {
    // TypeORM tells the rows of an update together with their number.
    const [rows] = await this.generations.ask<{ id: string }[]>(knownSql, [
      name,
      version,
      position,
      [...this.parkedHere],
    ]);
    return rows?.[0]?.id;
  }

  private async built(projection: Projection, position: bigint): Promise<string> {
    const { name } = projection;
    const later = new Problem(
      503,
      'as-of-building',
      `${name} as of position ${position} is being built: ask again`,
      { retryAfterSeconds: 5 },
    );
    const key = `${name} v${projection.version} at ${position}`;
    if (!this.building.has(key) && this.building.size >= buildsAtOnce) throw later;
    const build = this.building.get(key) ?? this.begin(key, projection, position);
    const patience = pause(patienceMilliseconds, this.stopped.signal);
    const found = await Promise.race([build, patience]);
    if (found === undefined) throw later;
    return found;
  }

  private begin(key: string, projection: Projection, position: bigint): Promise<string> {
    const build = this.build(key, projection, position).finally(() => this.building.delete(key));
    build.catch((error: unknown) => {
      this.logger.warn(`${key}: ${(error as Error).message}`);
    });
    this.building.set(key, build);
    return build;
  }

  private build(key: string, projection: Projection, position: bigint): Promise<string> {
    return this.generations.transaction(async (ask) => {
      await ask(lockSql, [key]);
      const known = await this.known(projection, position);
      if (known !== undefined) return known;
      const generation = await this.generations.create(projection, 'filling', null, {
        asOf: position,
      });
      const { id } = generation;
      try {
        await this.fill(projection, generation, position);
      } catch (error) {
        await this.generations.drop([id], AbortSignal.abort()); // nobody has seen it
        throw error;
      }
      return id;
    });
  }

  private async fill(
    projection: Projection,
    generation: Generation,
    position: bigint,
  ): Promise<void> {
    const { id } = generation;
    const { signal } = this.stopped;
    if (!(await this.base.fill(projection, generation, position, signal))) {
      const targets = [{ generation: id, projection }];
      const { rebuildMemory: memoryBytes } = this.settings;
      const whole = { scope: null, maxEventsPerSecond: null };
      const job = { targets, through: position, ...whole, memoryBytes, archives: [] };
      await this.bulk.run(job, () => undefined, signal);
    }
    await this.generations.transaction(async (ask) => {
      for (const sql of createIndexesSql(id, projection)) await ask(sql, []);
      const [rows] = await ask<{ parked: boolean }[]>(fixSql, [id, position]);
      if (rows?.[0]?.parked === true) this.parkedHere.add(id);
    });
  }
}
