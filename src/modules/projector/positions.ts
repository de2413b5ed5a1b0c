import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { LedgerReader } from '../ledger/ledger-reader';
import { positionsSql, positionsWhereSql } from './generation.sql';
import type { Generation } from './generations';

export interface GenerationPosition extends Generation {
  /** Everything up to here is applied. */
  readonly position: bigint;
}

const tickMilliseconds = 5;

const livePositionsSql = positionsWhereSql(`g.state = 'live' and g.projection = any ($2::text[])`);

/** How far each generation is, and waiting for one to get somewhere. */
@Injectable()
export class Positions {
  private waiting: {
    projection: string;
    position: bigint;
    resolve: (reached: boolean) => void;
    until: number;
  }[] = [];
  private ticking = false;

  constructor(
    private readonly reader: LedgerReader,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  all(): Promise<GenerationPosition[]> {
    return this.ask({ name: 'positions', text: positionsSql });
  }

  private async ask(
    statement: { readonly name: string; readonly text: string },
    ...values: unknown[]
  ): Promise<GenerationPosition[]> {
    const topic = this.settings.kafka?.topic ?? null;
    const { rows } = await this.reader.pool.query<Generation & { position: string }>({
      ...statement,
      values: [topic, ...values],
    });
    return rows.map((row) => ({ ...row, position: BigInt(row.position) }));
  }

  /** Whether the live generation of `projection` reaches `position` within a time. All who wait share one look. */
  reaches(projection: string, position: bigint, milliseconds: number): Promise<boolean> {
    return new Promise((resolve) => {
      const until = performance.now() + milliseconds;
      this.waiting.push({ projection, position, resolve, until });
      if (!this.ticking) void this.tick();
    });
  }

  private async tick(): Promise<void> {
    this.ticking = true;
    while (this.waiting.length > 0) {
      const live = new Map<string, bigint>();
      try {
        const names = [...new Set(this.waiting.map(({ projection }) => projection))];
        const found = await this.ask({ name: 'live-positions', text: livePositionsSql }, names);
        for (const { projection, position } of found) live.set(projection, position);
      } catch {
        // The database is away; whoever waits for too long is told so below.
      }
      const now = performance.now();
      this.waiting = this.waiting.filter(({ projection, position, resolve, until }) => {
        const reached = (live.get(projection) ?? -1n) >= position;
        if (reached || now >= until) resolve(reached);
        return !reached && now < until;
      });
      if (this.waiting.length > 0)
        await new Promise((resolve) => setTimeout(resolve, tickMilliseconds));
    }
    this.ticking = false;
  }
}
