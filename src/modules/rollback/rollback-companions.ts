import { Injectable } from '@nestjs/common';
import { idOfStream } from '../../events/event-metadata';
import { Companions } from '../command-bus/companions';
import type { Issue } from '../command-bus/companions';
import type { Accepted } from '../command-bus/issued-command';
import { Generations } from '../projector/generations';
import { RecordedRollbacks } from './recorded-rollbacks';
import { RehearsalRebuilds } from './rehearsal-rebuilds';
import { RollbackPlans } from './rollback-plans';
import { RollbackTargets } from './rollback-targets';
import { Rollbacker } from './rollbacker.service';

/** Held while one is begun or gone on with: those of other deployments conflict nowhere else. */
const underWayLock = 7_306_101_133;

interface Asked {
  readonly deploymentId: string;
  readonly to?: string;
  readonly mode: 'code' | 'data';
}

/** What goes with the commands of rollbacks: what their decisions rest on, and a word to whoever acts. */
@Injectable()
export class RollbackCompanions {
  constructor(
    targets: RollbackTargets,
    private readonly rollbacks: RecordedRollbacks,
    private readonly generations: Generations,
    plans: RollbackPlans,
    rollbacker: Rollbacker,
    rehearsals: RehearsalRebuilds,
    companions: Companions,
  ) {
    const outcome = ({ stream }: Accepted): Promise<Partial<Accepted>> => {
      rollbacker.bell.strike();
      return Promise.resolve({ effects: { rollbackId: idOfStream(stream, 'rollback') } });
    };
    companions.register('start-rollback', {
      issue: async (data, issue) => {
        const { deploymentId, to } = data as unknown as Asked;
        const target = await targets.of(deploymentId, to);
        return this.alone(null, (learned) => issue({ target, ...learned }));
      },
      plan: async (data) => {
        const { deploymentId, to, mode } = data as unknown as Asked;
        return { ...(await plans.of(deploymentId, to, mode)) };
      },
      outcome,
    });
    companions.register('retry-rollback', {
      issue: ({ rollbackId }, issue) => this.alone(rollbackId as string, issue),
      outcome,
    });
    companions.register('abort-rollback', {
      outcome: async (accepted) => {
        const rollbackId = idOfStream(accepted.stream, 'rollback');
        // Of a rollback there is none, and of a rehearsal maybe none any more.
        await rehearsals.cancel(await rehearsals.idOf(rollbackId), 'its rehearsal was aborted');
        return outcome(accepted);
      },
    });
  }

  /** The lock is held until the fact is recorded, so the next one sees it. */
  private alone(besides: string | null, issue: Issue): Promise<Accepted> {
    return this.generations.transaction(async (ask) => {
      await ask('select pg_advisory_xact_lock($1)', [underWayLock]);
      return issue({ rollbackUnderWay: await this.rollbacks.underWay(besides, ask) });
    });
  }
}
