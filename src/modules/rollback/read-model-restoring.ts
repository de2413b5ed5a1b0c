import { Inject, Injectable } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import { CommandIntake } from '../command-bus/command-intake';
import { pause } from '../database/election';
import { PROJECTIONS } from '../projector/projections.token';
import { Generations } from '../projector/generations';
import { CutOvers } from '../rebuild/cut-over';
import { isOfEpoch } from '../rebuild/epochs';
import { RecordedRebuilds } from '../rebuild/recorded-rebuilds';
import { Renewals } from '../rebuild/renewals';
import { ReadModelReturns } from './read-model-returns';
import type { ReadModelReturn } from './read-model-returns';
import type { Rollback } from './recorded-rollbacks';
import { rollbackCaller } from './rollback-caller';
import { StepFailure } from './rollback-step';
import type { StepOutcome } from './rollback-step';

const lookMilliseconds = 200;

/** Brings read models back: those of then, without what is void. */
@Injectable()
export class ReadModelRestoring {
  constructor(
    private readonly generations: Generations,
    private readonly returns: ReadModelReturns,
    private readonly cutOvers: CutOvers,
    private readonly rebuilds: RecordedRebuilds,
    private readonly renewals: Renewals,
    private readonly intake: CommandIntake,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  async take(rollback: Rollback, signal: AbortSignal): Promise<StepOutcome> {
    const plan = await this.planOf(rollback);
    if (plan.some(({ how }) => how === 'renew')) await this.renew(signal);
    for (const one of plan) {
      if (one.how === 'repoint') await this.repoint(one, signal);
      if (one.how === 'rebuild') await this.rebuild(rollback, one, signal);
    }
    const now = await this.generations.all();
    const generations = plan.flatMap(({ projection, from, how }) => {
      const live = now.find((one) => one.projection === projection && one.state === 'live');
      return how === 'unchanged' ? [] : [{ projection, from, to: live?.id ?? null, how }];
    });
    const names = generations.map(
      ({ projection, to, how }) => `${projection} (${how}: ${to ?? ''})`,
    );
    return {
      evidence:
        names.length === 0 ? 'every read model is that of then' : `back: ${names.join(', ')}`,
      details: { generations },
    };
  }

  /** As it was checked: what this step has done already does not change what was to be done. */
  private async planOf({ started, events }: Rollback): Promise<readonly ReadModelReturn[]> {
    for (const { type, data } of events) {
      if (type !== 'RollbackStepTaken' || data.step !== 'check-target') continue;
      const usable = await this.usable();
      return (data.details['readModels'] as unknown as ReadModelReturn[]).map((one) =>
        // Its time may have come since then.
        one.how === 'repoint' && !usable.has(one.to ?? '') ? { ...one, how: 'rebuild' } : one,
      );
    }
    return this.returns.to(started.liveSince, started.mode);
  }

  /** The generations that may go live, as of what is void by now. */
  private async usable(): Promise<Set<string>> {
    const epoch = await this.generations.epoch();
    const all = await this.generations.all();
    return new Set(
      this.projections.flatMap((projection) =>
        all
          .filter((one) => one.projection === projection.name && isOfEpoch(projection, one, epoch))
          .map(({ id }) => id),
      ),
    );
  }

  /** Until everything that is seen leaves out what is void. */
  private async renew(signal: AbortSignal): Promise<void> {
    await this.renewals.see({ anew: true });
    while (!signal.aborted) {
      const { behind, rebuild } = await this.renewals.see();
      if (behind.length === 0) return;
      if (rebuild?.status === 'failed' || rebuild?.status === 'cancelled') {
        const cause = `${rebuild.rebuildId}, which leaves out what is void, is ${rebuild.status}`;
        const why = rebuild.reason ?? rebuild.status;
        throw new StepFailure(cause, [], [...behind.map((name) => `${name}: ${why}`)]);
      }
      await pause(lookMilliseconds, signal);
    }
    signal.throwIfAborted();
  }

  private async repoint({ projection, to }: ReadModelReturn, signal: AbortSignal): Promise<void> {
    const known = this.projections.find(({ name }) => name === projection);
    const target = (await this.generations.all()).find(({ id }) => id === to);
    if (known === undefined || target?.state === 'live') return;
    if (to !== null) await this.cutOvers.cutOver([{ projection: known, to }], { signal });
    signal.throwIfAborted();
  }

  /** The id of the rebuild to begin, or to go on with: one that ended in vain is not asked again. */
  private async rebuildOf(rollbackId: string, projection: string): Promise<string> {
    for (let attempt = 1; ; attempt += 1) {
      const rebuildId = `${projection}.${String(attempt)}.${rollbackId}`.slice(0, 128);
      const { status = 'absent' } = (await this.rebuilds.find(rebuildId)) ?? {};
      if (status !== 'failed' && status !== 'cancelled') return rebuildId;
    }
  }

  /** By a rebuild of its own, which is found again after a crash. */
  private async rebuild(
    { rollbackId }: Rollback,
    { projection, to }: ReadModelReturn,
    signal: AbortSignal,
  ): Promise<void> {
    const rebuildId = await this.rebuildOf(rollbackId, projection);
    if ((await this.rebuilds.find(rebuildId)) === null) {
      await this.intake.take({
        ...{
          name: 'start-rebuild',
          body: { rebuildId, projections: [projection], cutover: 'auto' },
        },
        ...{ caller: rollbackCaller, correlationId: rollbackId, causationId: null },
        ...{ idempotencyKey: null, ifMatch: null, deploymentId: null },
      });
    }
    while (!signal.aborted) {
      const found = await this.rebuilds.find(rebuildId);
      if (found?.status === 'completed') return;
      if (found !== null && found.status !== 'running') {
        const cause = `${to ?? projection} is gone, and its rebuild ${rebuildId} is ${found.status}`;
        throw new StepFailure(cause, [], [`${projection}: ${found.reason ?? found.status}`]);
      }
      await pause(lookMilliseconds, signal);
    }
    signal.throwIfAborted();
  }
}
