import { Inject, Injectable } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { pause } from '../pacing/pause';
import { PROJECTIONS } from '../projector/projections.token';
import { Generations } from '../projector/generations';
import { CutOvers } from '../rebuild/cut-over';
import type { Succession } from '../rebuild/cut-over';
import { isOfEpoch } from '../rebuild/epochs';
import { RecordedRebuilds, hasEndedInVain } from '../rebuild/recorded-rebuilds';
import { Renewals } from '../rebuild/renewals';
import { ReadModelReturns } from './read-model-returns';
import type { ReadModelReturn } from './read-model-returns';
import type { Rollback } from './recorded-rollbacks';
import { RehearsalRebuilds } from './rehearsal-rebuilds';
import { rebuildIdOf } from './derived-ids';
import { rollbackCaller } from './rollback-caller';
import { StepFailure } from './rollback-step';
import type { StepOutcome } from './rollback-step';
import { RollbackTroubles } from './rollback-troubles';

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
    private readonly rehearsals: RehearsalRebuilds,
    private readonly troubles: RollbackTroubles,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  async take(rollback: Rollback, signal: AbortSignal): Promise<StepOutcome> {
    await this.rehearsals.giveWay(rollback.rollbackId);
    const plan = await this.planOf(rollback);
    await this.renew(signal); // also of what others voided or reinstated: the proof asks for it
    await this.repoint(
      rollback.rollbackId,
      plan.filter(({ how }) => how === 'repoint'),
      signal,
    );
    const gone = plan.filter(({ how }) => how === 'rebuild');
    await this.rebuild(
      rollback,
      gone.map(({ projection }) => projection),
      signal,
    );
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

  /** The generations that may go live, as of what is void by now: one that is being dropped is fed no more. */
  private async usable(): Promise<Set<string>> {
    const epoch = await this.generations.epoch();
    const all = await this.generations.all();
    const kept = all.filter(({ state }) => state === 'live' || state === 'warm');
    return new Set(
      this.projections.flatMap((projection) =>
        kept
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
      if (rebuild !== null && hasEndedInVain(rebuild)) {
        const cause = `${rebuild.rebuildId}, which leaves out what is void, is ${rebuild.status}`;
        const why = rebuild.reason ?? rebuild.status;
        throw new StepFailure(
          cause,
          [],
          behind.map((name) => `${name}: ${why}`),
        );
      }
      await pause(lookMilliseconds, signal);
    }
    signal.throwIfAborted();
  }

  /** All of them in one transaction: whoever reads two sees both as they were, or both as they are. */
  private async repoint(
    rollbackId: string,
    returns: readonly ReadModelReturn[],
    signal: AbortSignal,
  ): Promise<void> {
    const all = await this.generations.all();
    const successions = returns.flatMap(({ projection: name, to }): Succession[] => {
      const projection = this.projections.find((one) => one.name === name);
      const isLive = all.some(({ id, state }) => id === to && state === 'live');
      return projection === undefined || to === null || isLive ? [] : [{ projection, to }];
    });
    const waits = (why: string): Promise<void> => {
      this.troubles.say(rollbackId, why);
      return Promise.resolve();
    };
    if (successions.length > 0) await this.cutOvers.cutOver(successions, { signal, waits });
    signal.throwIfAborted();
  }

  /**
   * Builds those that are gone anew, in one pass: by a rebuild that is found again after a crash. One
   * that ended in vain is not asked again, and what it lacks is left to the next.
   */
  private async rebuild(
    { rollbackId }: Rollback,
    gone: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const left = new Set(gone);
    for (let attempt = 1; left.size > 0; attempt += 1) {
      const rebuildId = await rebuildIdOf(
        this.rebuilds,
        `rollback.${String(attempt)}.`,
        rollbackId,
      );
      const found = await this.rebuilds.find(rebuildId);
      if (found !== null && hasEndedInVain(found)) continue;
      if (found === null) await this.begin(rollbackId, rebuildId, [...left]);
      for (const name of await this.untilBuilt(rebuildId, signal)) left.delete(name);
    }
  }

  private async begin(
    rollbackId: string,
    rebuildId: string,
    projections: readonly string[],
  ): Promise<void> {
    await issueOwn(this.intake, {
      name: 'start-rebuild',
      body: { rebuildId, projections, cutover: 'auto' },
      caller: rollbackCaller,
      correlationId: rollbackId,
    });
  }

  /** The projections that are live then. */
  private async untilBuilt(rebuildId: string, signal: AbortSignal): Promise<readonly string[]> {
    for (;;) {
      signal.throwIfAborted();
      const found = await this.rebuilds.find(rebuildId);
      if (found?.status === 'completed') return found.started.data.projections;
      if (found !== null && found.status !== 'running') {
        const cause = `generations of then are gone, and their rebuild ${rebuildId} is ${found.status}`;
        const why = found.reason ?? found.status;
        const names = found.started.data.projections;
        throw new StepFailure(
          cause,
          [],
          names.map((name) => `${name}: ${why}`),
        );
      }
      await pause(lookMilliseconds, signal);
    }
  }
}
