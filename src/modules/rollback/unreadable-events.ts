import { Injectable } from '@nestjs/common';
import { Generations } from '../projector/generations';

export interface Counted {
  readonly type: string;
  readonly version: number;
  readonly count: number;
}

const countsSql = `
select type, schema_version as version, count(*)::float8 as count from ledger.events
where position > $1 group by type, schema_version order by type, schema_version`;

/** Events that the code before a deployment could not read. */
@Injectable()
export class UnreadableEvents {
  constructor(private readonly generations: Generations) {}

  /** By type and version, of all events behind a position; none where it is not known what was read. */
  async since(
    position: string,
    reads: Readonly<Record<string, number>> | null,
  ): Promise<readonly Counted[]> {
    if (reads === null) return [];
    const all = await this.generations.ask<Counted>(countsSql, [position]);
    return all.filter(({ type, version }) => (reads[type] ?? 0) < version);
  }
}
