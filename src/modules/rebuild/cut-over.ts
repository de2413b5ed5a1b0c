import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Projection } from '../../projections/projection';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { isOfEpoch, outdated } from './epochs';
import { Hopeless } from './hopeless';
import { pause } from '../pacing/pause';
import { hashAt } from '../proof/ledger/places';
import { Generations } from '../projector/generations';
import type { Generation } from '../projector/generations';
import {
  closeGatesSql,
  partitionsBehindSql,
  lockGenerationsSql,
  positionsSql,
  setStateSql,
} from '../projector/generation.sql';
import { showSql } from '../projector/views.sql';
import type { Ask } from '../database/ask';

/** A generation that is to be what is seen of its projection. */
export interface Succession {
  readonly projection: Projection;
  readonly to: string;
  /** The one that it is to succeed, and no other; whichever is live where it is not said. */
  readonly from?: string;
}

/** What became of it. */
export interface CutOver {
  readonly projection: string;
  /** The one before, now warm; null where there was none. */
  readonly from: string | null;
  readonly to: string;
  /** Both stood here at that moment. */
  readonly position: string;
  readonly ledgerHash: string;
}

/** A succession with the generation that is live. */
interface Pair {
  readonly projection: Projection;
  readonly to: string;
  readonly from: Generation | null;
}

/** Who is told while it is tried. */
interface Attendance {
  readonly signal: AbortSignal;
  /** Told why it is not done yet. */
  readonly waits?: (why: string) => Promise<void>;
  /** Records what became of it in the same transaction. */
  readonly record?: (ask: Ask, done: readonly CutOver[]) => Promise<void>;
}

/**
 * How long all the locks on views may be waited for in one attempt: whoever reads them by SQL
 * meanwhile waits behind it. Then those are let by, and it is tried again.
 */
export const lockMilliseconds = 60;
const restMilliseconds = 150;

const lockNotAvailable = '55P03';
const deadlockDetected = '40P01';

/** It is behind the one that it is to succeed. */
class NotLevel extends Error {}

/** What is being applied to it does not end in time. */
class Busy extends Error {}

/** Another is live by now than the one that it was to succeed. */
class Overtaken extends Error {}

/** What came of one attempt: not yet where somebody is to be waited for, never where another was first. */
export type Attempted =
  | { readonly kind: 'done'; readonly cutOvers: CutOver[] }
  | { readonly kind: 'waits'; readonly why: string }
  | { readonly kind: 'overtaken' };

/** Takes generations live: in one short transaction, all of them or none. */
@Injectable()
export class CutOvers {
  constructor(
    private readonly generations: Generations,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Tries until it is done. Null when `signal` was aborted before, or another is live than was to be succeeded.
   *
   * @throws Error where it cannot be done, such as for a view that others depend on.
   */
  async cutOver(
    successions: readonly Succession[],
    { signal, waits, record }: Attendance,
  ): Promise<CutOver[] | null> {
    while (!signal.aborted) {
      const attempted = await this.once(successions, record);
      if (attempted.kind === 'done') return attempted.cutOvers;
      if (attempted.kind === 'overtaken') return null;
      await waits?.(attempted.why);
      await pause(restMilliseconds, signal);
    }
    return null;
  }

  /** Tries once, for whoever has something else to do before the next time. @throws as `cutOver` does. */
  async once(
    successions: readonly Succession[],
    record?: Attendance['record'],
  ): Promise<Attempted> {
    try {
      return { kind: 'done', cutOvers: await this.attempt(successions, record) };
    } catch (error) {
      const { code, message } = error as { code?: unknown; message: string };
      if (code === lockNotAvailable || code === deadlockDetected) {
        return { kind: 'waits', why: 'waits for readers of its views to finish' };
      }
      if (error instanceof NotLevel || error instanceof Busy)
        return { kind: 'waits', why: message };
      if (error instanceof Overtaken) return { kind: 'overtaken' };
      throw error;
    }
  }

  private attempt(
    successions: readonly Succession[],
    record: Attendance['record'],
  ): Promise<CutOver[]> {
    return this.generations.exclusively(async (manager) => {
      const all = await this.generations.all(manager);
      const live = new Map(
        all.filter(({ state }) => state === 'live').map((one) => [one.projection, one]),
      );
      const pairs = successions.map(({ projection, to, from: expected }) => {
        const from = live.get(projection.name) ?? null;
        if (expected !== undefined && from?.id !== expected) throw new Overtaken();
        return { projection, to, from };
      });
      await this.checkEpochs(manager, pairs, all);
      const places = await this.standing(manager, pairs);
      const ask: Ask = (text, values) => manager.query(text, values);
      const done: CutOver[] = [];
      for (const { projection, to, from } of pairs) {
        const position = places.get(to) ?? 0n;
        const ledgerHash = (await hashAt({ ask }, position)) ?? '';
        done.push({
          projection: projection.name,
          from: from?.id ?? null,
          to,
          position: String(position),
          ledgerHash,
        });
      }
      await show(manager, pairs);
      for (const { to, from } of pairs) {
        if (from !== null) await manager.query(setStateSql, [from.id, 'warm']);
        await manager.query(setStateSql, [to, 'live']);
      }
      await record?.(ask, done);
      return done;
    });
  }

  /** What was begun before work was voided or reinstated shows what counts no more, or lacks what does. */
  private async checkEpochs(
    manager: EntityManager,
    pairs: readonly Pair[],
    all: readonly Generation[],
  ): Promise<void> {
    const epoch = await this.generations.epoch(manager);
    for (const { projection, to } of pairs) {
      const own = all.find(({ id }) => id === to);
      if (own !== undefined && !isOfEpoch(projection, own, epoch)) {
        throw new Hopeless(outdated(own, epoch));
      }
    }
  }

  /** Where they stand; nobody moves them until the transaction is over. */
  private async standing(
    manager: EntityManager,
    pairs: readonly Pair[],
  ): Promise<Map<string, bigint>> {
    await manager.query(`set local lock_timeout = '2s'`);
    const ids = pairs.flatMap(({ to, from }) => (from === null ? [to] : [to, from.id]));
    for (const sql of [closeGatesSql, lockGenerationsSql]) {
      await manager.query(sql, [ids]).catch((error: unknown) => {
        if ((error as { code?: unknown }).code !== lockNotAvailable) throw error;
        throw new Busy('waits for what is being applied to it to end');
      });
    }
    const topic = this.settings.kafka?.topic ?? null;
    const rows: { id: string; position: string }[] = await manager.query(positionsSql, [topic]);
    const places = new Map(rows.map(({ id, position }) => [id, BigInt(position)]));
    for (const { to, from } of pairs) {
      if (!places.has(to)) throw new Error(`there is no ${to} that is fed`);
      if (from === null) continue;
      // Each partition by itself: rows of one that is ahead would go back, whatever holds the others up.
      const [behind]: { partitions: number }[] = await manager.query(partitionsBehindSql, [
        topic,
        to,
        from.id,
      ]);
      if (behind?.partitions !== 0) throw new NotLevel(`${to} is behind ${from.id}`);
    }
    return places;
  }
}

const show = async (manager: EntityManager, pairs: readonly Pair[]): Promise<void> => {
  const until = performance.now() + lockMilliseconds;
  for (const { projection, to, from } of pairs) {
    for (const sql of showSql(to, projection, from?.version ?? null)) {
      const left = Math.max(1, Math.round(until - performance.now()));
      await manager.query(`set local lock_timeout = '${left}ms'`);
      await manager.query(sql);
    }
  }
};
