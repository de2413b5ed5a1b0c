import { setImmediate } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { withRollup } from '../../../projections/projection';
import type { Projection } from '../../../projections/projection';
import { connectPool } from '../../database/clients';
import { DATABASE_URL } from '../../database/database.tokens';
import { LedgerReader } from '../../ledger/ledger-reader';
import { storedEvent } from '../../ledger/stored-event';
import { addCheckpointsSql, clearCheckpointsSql } from '../../projector/generation.sql';
import { GenerationRunner } from '../../projector/generation-runner';
import { Generations } from '../../projector/generations';
import type { Generation } from '../../projector/generations';
import { columnsOf, tableOf } from '../../projector/table';
import { isDropped } from './dropped';

/*
 * What a base lacks is applied as live events are: one by one into its rows, in turns with the
 * requests of this thread, and several times slower than a bulk fold with a thread of its own. So a
 * base pays only where it has nearly all events.
 */
const lackingAtMost = 50_000n;
const shareLacking = 8n;

/** Applied before whoever else is served has a turn. */
const eventsAtOnce = 500;
const bytesAtOnce = 4 * 1024 * 1024;

/** A fixed generation has no partitions of its own: all of its streams are in one. */
const partitions = 1;

// One that has parked events may have been made by folds that are mended by now; and a fold begun in
// one epoch cannot be gone on with in another.
const baseSql = `
update ops.generations g set used_at = clock_timestamp()
where id = (
  select id from ops.generations
  where projection = $1 and version = $2 and state = 'fixed' and rebuild is null
    and fixed_at < $3 and fixed_at >= $4 and epoch = $5 and not exists (select from ops.parked where generation = id)
  order by fixed_at desc limit 1)
returning id, fixed_at as position`;

const copySql = (from: string, to: string, projection: Projection): string => {
  const columns = columnsOf(projection)
    .map(({ sql }) => sql)
    .join(', ');
  return `insert into ${tableOf(to, projection)} (${columns}) select ${columns} from ${tableOf(from, projection)}`;
};

interface Base {
  readonly id: string;
  readonly position: string;
}

/** Makes a past moment out of one before it that is kept: a copy, with the events in between. */
@Injectable()
export class NearestBase {
  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly generations: Generations,
    private readonly ledger: LedgerReader,
  ) {}

  /**
   * Fills the empty tables of a generation up to and with a position.
   *
   * @returns false, with the tables empty, where no moment is kept that this pays for.
   * @throws Error when `signal` is aborted or the database goes away.
   */
  async fill(
    projection: Projection,
    generation: Generation,
    through: bigint,
    signal: AbortSignal,
  ): Promise<boolean> {
    const position = await this.copy(projection, generation, through);
    if (position === null) return false;
    await this.goOn(projection, generation, { after: position, through }, signal);
    await this.generations.ask(clearCheckpointsSql, [generation.id]);
    return true;
  }

  /** The position that the copied one stands at; null where there is none. */
  private async copy(
    projection: Projection,
    { id, epoch }: Generation,
    through: bigint,
  ): Promise<bigint | null> {
    const share = through / shareLacking;
    const least = through - (share < lackingAtMost ? share : lackingAtMost);
    const { name, version } = projection;
    const [found] = await this.generations.ask<Base[]>(baseSql, [
      name,
      version,
      through,
      least,
      epoch,
    ]);
    const base = found?.[0];
    if (base === undefined) return null;
    try {
      await this.generations.transaction(async (ask) => {
        for (const one of withRollup(projection)) {
          await ask(copySql(base.id, id, one), []);
        }
        await ask(addCheckpointsSql, [id, partitions, base.position]);
      });
    } catch (error) {
      if (isDropped(error)) return null;
      throw error;
    }
    return BigInt(base.position);
  }

  private async goOn(
    projection: Projection,
    generation: Generation,
    { after, through }: { readonly after: bigint; readonly through: bigint },
    signal: AbortSignal,
  ): Promise<void> {
    const pool = connectPool(this.url, 1, { pipeline: true });
    try {
      const runner = new GenerationRunner(pool, projection, generation, partitions);
      for (let at = after; at < through;) {
        signal.throwIfAborted();
        const rows = await this.ledger.rowsAfter(at, eventsAtOnce, bytesAtOnce);
        const events = rows.map(storedEvent).filter(({ position }) => position <= through);
        await runner.apply({ partitions: [0], events });
        at = events.at(-1)?.position ?? through;
        await setImmediate();
      }
    } finally {
      await pool.end();
    }
  }
}
