import { Injectable } from '@nestjs/common';
import { Generations } from '../projector/generations';
import { Positions } from '../projector/positions';
import { cursorOf, placeOf } from '../reading/cursor';
import type { Place } from '../reading/cursor';
import { pageDefault } from '../reading/query-fields';
import { LiveGenerations } from '../reading/rows/live-generation';
import { ReadModels } from '../reading/rows/read-models';
import type { ParkedAnswer, ParkedQuery, ParkedStream } from './parked.schemas';

const streamsSql = `
select projection, stream, generation, state, position::text, type, cause, events::float8 as events,
  to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as since
from read.parked_streams
where ($1::text[] is null or projection = any ($1)) and ($2::text[] is null or stream = any ($2))
  and ($3::text[] is null or generation = any ($3))
  and ($4::text is null or (generation, stream) > ($4, $5))
order by generation, stream limit $6`;

// In any generation that is fed: a word goes to all of them.
const unappliedSql = `
select distinct p.position from ops.parked p join ops.generations g on g.id = p.generation
where g.projection = $1 and g.state in ('building', 'live', 'warm') and p.stream = $2 and p.cause is not null
order by p.position`;

const waitingSql = `
select count(*)::float8 as events from ops.parked p join ops.generations g on g.id = p.generation
where g.projection = $1 and g.state = 'live' and p.stream = $2 and not p.skipped`;

/** Which streams have events that a projection could not apply. */
@Injectable()
export class ParkedStreams {
  constructor(
    private readonly generations: Generations,
    private readonly positions: Positions,
    private readonly live: LiveGenerations,
    private readonly models: ReadModels,
  ) {}

  /**
   * @throws Problem 400 for a cursor of another query, 404 for a projection that is not there, 503 if one
   * is not at `minPosition` in time.
   */
  async page({ limit = pageDefault, cursor, ...asked }: ParkedQuery): Promise<ParkedAnswer> {
    const { minPosition = null, ...filters } = asked;
    for (const name of filters.projection ?? []) this.models.named(name);
    const isPlace = (place: Place): boolean => place.length === 2 && !place.includes(null);
    const place = cursor === undefined ? [] : placeOf(filters, cursor, isPlace);
    const { projection = null, stream = null, generation = null } = filters;
    await Promise.all(this.models.all.map((one) => this.live.await(one, minPosition)));
    const live = (await this.positions.all()).filter(({ state }) => state === 'live');
    const found = await this.generations.ask<ParkedStream>(streamsSql, [
      projection,
      stream,
      generation,
      place[0] ?? null,
      place[1] ?? null,
      limit + 1,
    ]);
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    const least = live.reduce<bigint | null>(
      (low, { position }) => (low === null || position < low ? position : low),
      null,
    );
    return {
      projection: 'parked-streams',
      version: 1,
      position: String(least ?? 0n),
      rows,
      next: last === undefined ? null : cursorOf(filters, [last.generation, last.stream]),
    };
  }

  /** The positions of those events of a stream that cannot be applied, in order. */
  async unapplied(projection: string, stream: string): Promise<string[]> {
    const rows = await this.generations.ask<{ position: string }>(unappliedSql, [
      projection,
      stream,
    ]);
    return rows.map(({ position }) => position);
  }

  /** How many events of a stream are not in the rows that are seen. */
  async waiting(projection: string, stream: string): Promise<number> {
    const [row] = await this.generations.ask<{ events: number }>(waitingSql, [projection, stream]);
    return row?.events ?? 0;
  }
}
