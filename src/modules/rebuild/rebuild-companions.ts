import { Injectable } from '@nestjs/common';
import { idOfStream } from '../../events/event-metadata';
import { Companions } from '../command-bus/companions';
import type { Fields, Issue } from '../command-bus/companions';
import type { Accepted } from '../command-bus/issued-command';
import { Generations } from '../projector/generations';
import { eventScopeOf } from '../reading/events/event-scope';
import { ReadModels } from '../reading/rows/read-models';
import { RebuildBell } from './rebuild-bell';
import { RebuildPlans } from './rebuild-plan';
import { RebuildProgressReader } from './rebuild-progress';
import { RebuildRecords } from './rebuild-records';
import { RecordedRebuilds } from './recorded-rebuilds';
import { RecordedReverts } from './recorded-reverts';
import { Reversion } from './reversion';

/** Held while a rebuild is started: no two of one projection can be at the same time. */
const startLock = 7_306_101_117;
const revertMilliseconds = 5_000;

/** What goes with the commands of rebuilds: what their decisions rest on, and a word to whoever acts. */
@Injectable()
export class RebuildCompanions {
  constructor(
    private readonly models: ReadModels,
    private readonly plans: RebuildPlans,
    private readonly bell: RebuildBell,
    private readonly generations: Generations,
    private readonly records: RebuildRecords,
    private readonly rebuilds: RecordedRebuilds,
    private readonly progress: RebuildProgressReader,
    private readonly reverts: RecordedReverts,
    private readonly reversion: Reversion,
    companions: Companions,
  ) {
    const outcome = (accepted: Accepted): Promise<Partial<Accepted>> => {
      this.bell.strike();
      return Promise.resolve({ effects: { rebuildId: idOfStream(accepted.stream, 'rebuild') } });
    };
    companions.register('start-rebuild', {
      recordsDryRun: true,
      issue: (data, issue) => this.start(data, issue),
      outcome: (accepted, data) => this.started(accepted, data),
    });
    companions.register('cut-over-rebuild', {
      issue: async (data, issue) => issue({ howFar: await this.howFar(String(data['rebuildId'])) }),
      outcome,
    });
    for (const name of ['pause-rebuild', 'resume-rebuild', 'cancel-rebuild']) {
      companions.register(name, { outcome });
    }
    companions.register('revert-projection', {
      issue: async (data, issue) => {
        const projection = this.models.named(String(data['projection']));
        return issue({ wayBack: await this.reverts.wayBack(projection) });
      },
      outcome: (accepted, data) => this.reverted(accepted, data),
    });
  }

  /** The lock is held until the fact is recorded, so the next one sees it. */
  private start(data: Fields, issue: Issue): Promise<Accepted> {
    for (const name of data['projections'] as readonly string[]) this.models.named(name);
    return this.generations.transaction(async (ask) => {
      await ask('select pg_advisory_xact_lock($1)', [startLock]);
      const { open } = await this.records.open(ask);
      const underWay = [];
      for (const rebuildId of open) {
        const found = await this.rebuilds.find(rebuildId);
        if (found !== null) underWay.push({ rebuildId, projections: found.projections });
      }
      return issue({ underWay });
    });
  }

  private async started(accepted: Accepted, data: Fields): Promise<Partial<Accepted>> {
    this.bell.strike();
    const rebuildId = idOfStream(accepted.stream, 'rebuild');
    const { projections, scope } = data as {
      readonly projections: readonly string[];
      readonly scope: Parameters<typeof eventScopeOf>[0];
    };
    return { effects: { rebuildId, plan: await this.plans.of(projections, eventScopeOf(scope)) } };
  }

  private async howFar(rebuildId: string): Promise<string | null> {
    const found = await this.progress.read(rebuildId).catch(() => null);
    return found && `${found.step}, ${found.done} of ${found.total ?? 'unknown'} positions`;
  }

  /**
   * Does at once what was recorded; whoever sees to generations does it, should this process end. What is
   * repeated is theirs alone: another reversion may have come since.
   */
  private async reverted(accepted: Accepted, data: Fields): Promise<Partial<Accepted>> {
    const [event] = accepted.events;
    if (event === undefined) return {};
    const { from, to } = event.data as { readonly from: string; readonly to: string };
    if (!accepted.duplicate) {
      const projection = this.models.named(String(data['projection']));
      await this.reversion.revert(
        projection,
        { from, to },
        AbortSignal.timeout(revertMilliseconds),
      );
    }
    this.bell.strike();
    return { effects: { from, to } };
  }
}
