import { Injectable } from '@nestjs/common';
import { Companions } from '../command-bus/companions';
import type { Accepted } from '../command-bus/issued-command';
import { RecordedRollbacks } from './recorded-rollbacks';
import { RehearsalRebuilds } from './rehearsal-rebuilds';
import { RollbackPlans } from './rollback-plans';
import { RollbackTargets } from './rollback-targets';
import { Rollbacker } from './rollbacker.service';

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
    rollbacks: RecordedRollbacks,
    plans: RollbackPlans,
    rollbacker: Rollbacker,
    rehearsals: RehearsalRebuilds,
    companions: Companions,
  ) {
    const outcome = ({ stream }: Accepted): Promise<Partial<Accepted>> => {
      rollbacker.bell.strike();
      return Promise.resolve({ effects: { rollbackId: stream.slice('rollback-'.length) } });
    };
    companions.register('start-rollback', {
      issue: async (data, issue) => {
        const { deploymentId, to } = data as unknown as Asked;
        const target = await targets.of(deploymentId, to);
        return issue({ target, rollbackUnderWay: await rollbacks.underWay(null) });
      },
      plan: async (data) => {
        const { deploymentId, to, mode } = data as unknown as Asked;
        return { ...(await plans.of(deploymentId, to, mode)) };
      },
      outcome,
    });
    companions.register('retry-rollback', {
      issue: async ({ rollbackId }, issue) =>
        issue({ rollbackUnderWay: await rollbacks.underWay(rollbackId as string) }),
      outcome,
    });
    companions.register('abort-rollback', {
      outcome: async (accepted) => {
        const rollbackId = accepted.stream.slice('rollback-'.length);
        // Of a rollback there is none, and of a rehearsal maybe none any more.
        await rehearsals.cancel(await rehearsals.idOf(rollbackId), 'its rehearsal was aborted');
        return outcome(accepted);
      },
    });
  }
}
