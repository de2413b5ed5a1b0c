import { Injectable } from '@nestjs/common';
import { rollbackSteps } from '../../events/rollback.events';
import { Generations } from '../projector/generations';
import { EventSections } from '../reading/events/event-sections';
import { ReadModelReturns } from './read-model-returns';
import { RecordedRollbacks } from './recorded-rollbacks';
import { RollbackTargets } from './rollback-targets';
import { stepPlans } from './rollback-step';
import type { RollbackPlan } from './rollback.schemas';
import { spokenCount } from './spoken-count';
import { UnreadableEvents } from './unreadable-events';
import { VoidPreviews } from './void-previews';

/** Seconds a step takes where there is nothing to wait for; measured, and rounded up. */
const secondsOfStep = 0.05;
const rebuiltPerSecond = 20_000;
/** What it takes to build read models anew, however little there is to read. */
const secondsOfRenewal = 2.5;

/** What a rollback would do, before anything is recorded. */
@Injectable()
export class RollbackPlans {
  constructor(
    private readonly targets: RollbackTargets,
    private readonly rollbacks: RecordedRollbacks,
    private readonly returns: ReadModelReturns,
    private readonly unreadable: UnreadableEvents,
    private readonly sections: EventSections,
    private readonly previews: VoidPreviews,
    private readonly generations: Generations,
  ) {}

  /** @throws Problem 404 for a deployment that nobody planned. */
  async of(
    deploymentId: string,
    to: string | undefined,
    mode: 'code' | 'data',
  ): Promise<RollbackPlan> {
    const flow = await this.targets.flowOf(deploymentId);
    const target = await this.targets.of(deploymentId, to);
    const { liveSince = '0', reads = null } = target ?? {};
    const live = await this.targets.live(flow);
    const underWay = await this.rollbacks.underWay(null);
    const readModels = await this.returns.to(liveSince, mode);
    const unread = await this.unreadable.since(liveSince, reads);
    const { types, total } = await this.sections.countsOf({ deployments: [deploymentId] });
    const rebuilds = readModels.filter(({ how }) => how === 'rebuild').length;
    // One pass over the whole ledger builds all of them.
    const renewalSeconds = readModels.some(({ how }) => how === 'renew')
      ? secondsOfRenewal + Number(await this.generations.end()) / rebuiltPerSecond
      : 0;
    const rebuildSeconds = (rebuilds * total) / rebuiltPerSecond;
    const stepSeconds = rollbackSteps.length * secondsOfStep;
    const blockers = [
      ...(target === null ? [`${to ?? 'the one before'} never was live before it`] : []),
      ...(live === deploymentId
        ? []
        : [`${live ?? 'none'} is live for ${flow}, not ${deploymentId}`]),
      ...(underWay === null ? [] : [`rollback ${underWay} is under way`]),
      ...readModels
        .filter(({ how }) => how === 'foreign')
        .map(({ projection }) => `${projection}: the version of then is not known to this code`),
      ...unread.map((one) => `${spokenCount(one)} could not be read`),
    ];
    return {
      deploymentId,
      flow,
      to: target?.to ?? to ?? '',
      mode,
      steps: rollbackSteps.map((step, index) => ({ number: index + 1, step, ...stepPlans[step] })),
      events: types,
      readModels: [...readModels],
      voids: mode === 'data' ? await this.previews.of(deploymentId) : null,
      estimatedSeconds: Math.ceil(10 * (stepSeconds + rebuildSeconds + renewalSeconds)) / 10,
      blockers,
    };
  }
}
