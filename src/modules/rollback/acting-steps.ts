import { Inject, Injectable } from '@nestjs/common';
import type { RollbackStep } from '../../events/rollback.events';
import type { Projection } from '../../projections/projection';
import { pause } from '../database/election';
import { CommandIntake } from '../command-bus/command-intake';
import { Meter } from '../proof/meter';
import { ProofService } from '../proof/proof.service';
import { PROJECTIONS } from '../projector/projections.token';
import { Generations } from '../projector/generations';
import { CutOvers } from '../rebuild/cut-over';
import { isOfEpoch } from '../rebuild/epochs';
import { RecordedRebuilds } from '../rebuild/recorded-rebuilds';
import { Renewals } from '../rebuild/renewals';
import { rollbackCaller } from './rollback-caller';
import { ReadModelReturns } from './read-model-returns';
import type { ReadModelReturn } from './read-model-returns';
import { StepFailure } from './rollback-step';
import type { TakeStep } from './rollback-step';
import type { Rollback } from './recorded-rollbacks';

type ActingStep = Exclude<
  RollbackStep,
  'verify-state' | 'check-target' | 'verify-dependencies' | 'verify-health'
>;

const lookMilliseconds = 200;
/** A longer ledger is proven without its read models: folding all of them takes minutes. */
const foldedAtMost = 200_000n;

const openSql = `
select count(*)::float8 as open from read.execution_status
where deployment_id = $1 and ended_at is null`;

/**
 * The steps that do something. Work is stopped, switched and the state recorded by the fact of the
 * step itself, which the flow and the deployments get in the same commit.
 */
@Injectable()
export class ActingSteps implements Readonly<Record<ActingStep, TakeStep>> {
  constructor(
    private readonly generations: Generations,
    private readonly returns: ReadModelReturns,
    private readonly cutOvers: CutOvers,
    private readonly rebuilds: RecordedRebuilds,
    private readonly renewals: Renewals,
    private readonly intake: CommandIntake,
    private readonly proof: ProofService,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  readonly 'stop-work': TakeStep = async ({ started: { deploymentId } }) => {
    const [row] = await this.generations.ask<{ open: number }>(openSql, [deploymentId]);
    const open = row?.open ?? 0;
    return {
      evidence: `no execution begins under ${deploymentId} from here on; ${open} that are open go on`,
      details: { open },
    };
  };

  readonly switch: TakeStep = ({ started: { flow, to, deploymentId, mode } }) => {
    const voided = mode === 'data' ? `; what was recorded under ${deploymentId} is void` : '';
    const evidence = `${to} is live for ${flow}, in the place of ${deploymentId}${voided}`;
    return Promise.resolve({ evidence });
  };

  readonly 'restore-read-models': TakeStep = async (rollback, signal) => {
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
  };

  readonly 'record-state': TakeStep = ({ started: { deploymentId, to } }) =>
    Promise.resolve({ evidence: `${deploymentId} is rolled back to ${to}` });

  readonly prove: TakeStep = async ({ events, parkUnreadable }, signal) => {
    const [started] = events;
    const end = await this.generations.end();
    const isWhole = end <= foldedAtMost;
    const query = isWhole ? {} : { since: started?.position ?? 0n, skip: ['projections' as const] };
    const proof = await this.proof.prove(
      { ...query, skip: [...(query.skip ?? []), 'kafka'] },
      new Meter(),
      signal,
    );
    const { ledger, projections } = proof;
    const faults = [
      ...ledger.faults.map(({ detail }) => `ledger: ${detail}`),
      ...projections.flatMap((one) =>
        one.faults
          .filter(({ kind }) => !(parkUnreadable && kind === 'parked'))
          .map(({ detail }) => `${one.projection}: ${detail}`),
      ),
    ];
    if (faults.length > 0) throw new StepFailure('the proof does not hold', [], faults);
    const models = isWhole
      ? `; ${projections.length} read models are what the events make them`
      : '';
    return {
      evidence: `the ledger is whole up to ${ledger.position}, by hash ${ledger.hash.slice(0, 12)}${models}`,
      details: {
        ...{ position: ledger.position, ledgerHash: ledger.hash, after: ledger.after },
        readModels: projections.map(({ projection, position, rows, contentHash }) => ({
          ...{ projection, position, rows, contentHash },
        })),
      },
    };
  };

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
