import { Injectable } from '@nestjs/common';
import type { RollbackStep } from '../../events/rollback.events';
import { Generations } from '../projector/generations';
import { ActingSteps } from './acting-steps';
import { CheckingSteps } from './checking-steps';
import type { Rollback } from './recorded-rollbacks';
import { RehearsedReadModels } from './rehearsed-read-models';
import { takenOf } from './rollback-progress';
import { RollbackTargets } from './rollback-targets';
import { StepFailure } from './rollback-step';
import type { TakeStep } from './rollback-step';
import type { WhatIf } from './rollback.schemas';
import { VoidPreviews } from './void-previews';

const hereSql = `select id from ops.generations where id = any ($1::text[]) and state <> 'dropping'`;

/**
 * The nine steps of a rehearsal: what looks, looks; what builds, builds beside what is live; what would stop,
 * switch, void or record something says so, and does not. Its facts carry nothing to flows, and to the
 * deployment no more than the check of a gate.
 */
@Injectable()
export class RehearsedSteps implements Readonly<Record<RollbackStep, TakeStep>> {
  constructor(
    private readonly checking: CheckingSteps,
    private readonly acting: ActingSteps,
    private readonly readModels: RehearsedReadModels,
    private readonly targets: RollbackTargets,
    private readonly previews: VoidPreviews,
    private readonly generations: Generations,
  ) {}

  readonly 'verify-state': TakeStep = async (rollback, signal) => {
    if (rollback.wasLive) return this.checking['verify-state'](rollback, signal);
    await this.stillLive(rollback);
    const { deploymentId, flow, to } = rollback.started;
    const end = await this.generations.end();
    return {
      evidence: `${deploymentId} is not live yet, and is rehearsed as if it were; ${to} is live for ${flow}, and the ledger ends at ${end}`,
    };
  };

  readonly 'check-target': TakeStep = (rollback, signal) =>
    this.checking['check-target'](rollback, signal);

  readonly 'stop-work': TakeStep = async (rollback, signal) => {
    const { details = {} } = await this.acting['stop-work'](rollback, signal);
    const { mode, deploymentId } = rollback.started;
    const fate = mode === 'data' ? 'void' : 'gone on with';
    return {
      evidence: `not done: no execution would begin under ${deploymentId}; open of it: ${JSON.stringify(details['open'])}, which would be ${fate}`,
      details,
    };
  };

  readonly switch: TakeStep = async ({ started: { flow, to, deploymentId, mode } }) => {
    const would = `not done: ${to} would be live for ${flow}, in the place of ${deploymentId}`;
    if (mode === 'code') return { evidence: would };
    const events = await this.previews.eventsOf(deploymentId);
    const count = Object.values(events).reduce((sum, one) => sum + one, 0);
    return {
      evidence: `${would}; ${count} ${count === 1 ? 'event' : 'events'} would be void`,
      details: { events },
    };
  };

  readonly 'verify-dependencies': TakeStep = (rollback, signal) =>
    this.checking['verify-dependencies'](rollback, signal);

  readonly 'restore-read-models': TakeStep = async (rollback, signal) => {
    const outcome = await this.readModels.take(rollback, signal);
    await this.stillLive(rollback); // else it is compared with something else
    return outcome;
  };

  readonly 'verify-health': TakeStep = (rollback, signal) =>
    this.checking['verify-health'](rollback, signal);

  readonly 'record-state': TakeStep = async (rollback) => {
    await this.stillLive(rollback);
    const { deploymentId, to } = rollback.started;
    const stays = rollback.wasLive ? deploymentId : to;
    return { evidence: `not done: ${stays} stays live, and nothing is void that was not` };
  };

  readonly prove: TakeStep = async (rollback, signal) => {
    const details = takenOf(rollback, 'restore-read-models')?.data.details ?? {};
    const whatIf = (details['whatIf'] ?? []) as unknown as readonly WhatIf[];
    const ids = whatIf.map(({ generation }) => generation);
    const here = await this.generations.ask<{ id: string }>(hereSql, [ids]);
    return this.acting.proving(
      rollback,
      signal,
      here.map(({ id }) => id),
    );
  };

  private async stillLive({ started, wasLive }: Rollback): Promise<void> {
    const { flow, deploymentId, to } = started;
    const expected = wasLive ? deploymentId : to;
    const live = (await this.targets.live(flow)) ?? 'initial';
    if (live === expected) return;
    const message = `${live} is live for ${flow} by now, not ${expected}`;
    throw new StepFailure(message, [], [message]);
  }
}
