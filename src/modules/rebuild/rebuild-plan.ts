import { Injectable } from '@nestjs/common';
import { Generations } from '../projector/generations';
import { sqlName } from '../projector/table';
import type { EventScope } from '../reading/event.schemas';
import { EventSections } from '../reading/events/event-sections';
import { ReadModels } from '../reading/rows/read-models';
import { lockMilliseconds } from './cut-over';
import { sizeOf } from './disk-bound';
import type { RebuildPlan } from './rebuild.schemas';
import { Retention } from './retention';

/** Before any rebuild has shown what this machine does. */
const assumedRate = 20_000;

// By the last pass over the whole: one with a limit shows the limit, one of a part passes by what it does not fold.
const rateSql = `
select (done / extract(epoch from moved_at - run_since))::float8 as rate from ops.rebuilds
where done = total and done > 10000 and moved_at > run_since and exists (
  select from ledger.events where stream = 'rebuild-' || rebuild and type = 'RebuildStarted'
    and data ->> 'maxEventsPerSecond' is null and data ->> 'scope' is null
)
order by moved_at desc limit 1`;

/** What a rebuild would take, before anything is written. */
@Injectable()
export class RebuildPlans {
  constructor(
    private readonly models: ReadModels,
    private readonly generations: Generations,
    private readonly sections: EventSections,
    private readonly retention: Retention,
  ) {}

  /** @throws Problem 404 for a projection that is not there. */
  async of(names: readonly string[], scope: EventScope): Promise<RebuildPlan> {
    const projections = names.map((name) => this.models.named(name));
    const { types, total, fromPosition, toPosition } = await this.sections.countsOf(scope);
    const live = (await this.generations.all()).filter(({ state }) => state === 'live');
    const parts: RebuildPlan['projections'] = [];
    for (const { name, version } of projections) {
      const id = live.find(({ projection }) => projection === name)?.id ?? null;
      const bytes = id === null ? 0 : await sizeOf(this.generations.ask, [id]);
      parts.push({ projection: name, version, live: id, bytes });
    }
    const [measured] = await this.generations.ask<{ rate: number }>(rateSql, []);
    const ratePerSecond = Math.round(measured?.rate ?? assumedRate);
    const isWhole = Object.values(scope).every((bound) => bound === undefined);
    return {
      projections: parts,
      fromPosition,
      toPosition,
      events: total,
      types,
      ratePerSecond,
      rateIs: measured === undefined ? 'assumed' : 'measured',
      secondsAtLeast: Math.ceil(total / ratePerSecond),
      bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
      cutover: isWhole
        ? { views: projections.map(({ name }) => `read.${sqlName(name)}`), lockMilliseconds }
        : null,
      dropped: (await this.retention.announced()).map(({ id, bytes }) => ({
        generation: id,
        bytes,
      })),
    };
  }
}
