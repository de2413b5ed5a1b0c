import { Injectable } from '@nestjs/common';
import { nextStep } from '../../commands/rollback/rollback.state';
import { rollbackSteps } from '../../events/rollback.events';
import { Problem } from '../http/problem';
import { RecordedRollbacks } from './recorded-rollbacks';
import type { Rollback } from './recorded-rollbacks';
import { stepPlans } from './rollback-step';
import type { RollbackProgress } from './rollback.schemas';

type Step = RollbackProgress['steps'][number];

const stepsOf = ({ events, status }: Rollback): Step[] => {
  const last = events.findLast(({ type }) => type === 'RollbackStepFailed');
  return rollbackSteps.map((step, index): Step => {
    const plan = { number: index + 1, step, ...stepPlans[step] };
    const taken = events.find(
      ({ type, data }) => type === 'RollbackStepTaken' && 'step' in data && data.step === step,
    );
    if (taken?.type === 'RollbackStepTaken') {
      const { seconds, health, evidence } = taken.data;
      return { ...plan, state: 'taken', seconds, health, evidence };
    }
    if (status === 'failed' && last?.type === 'RollbackStepFailed' && last.data.step === step) {
      const { seconds, health, cause } = last.data;
      return { ...plan, state: 'failed', seconds, health, evidence: cause };
    }
    return { ...plan, state: 'due', seconds: null, health: null, evidence: null };
  });
};

const failureOf = ({ events, status }: Rollback): RollbackProgress['failure'] => {
  if (status !== 'failed') return null;
  const last = events.findLast(({ type }) => type === 'RollbackStepFailed');
  if (last?.type !== 'RollbackStepFailed') return null;
  const { step, cause, holds, doesNotHold } = last.data;
  return { step, cause, holds, doesNotHold };
};

/** How a rollback is, from the ledger's word on it. */
const rollbackProgressOf = (rollback: Rollback): RollbackProgress => {
  const { rollbackId, started, status, events, taken, seconds } = rollback;
  const { deploymentId, flow, to, mode, reason } = started;
  const state = status === 'absent' ? 'running' : status; // it has started, so it is not absent
  const steps = stepsOf(rollback);
  const isOver = state === 'completed' || state === 'aborted';
  const left = steps.filter((one) => one.state !== 'taken');
  const [first, last] = [events[0], events.at(-1)];
  return {
    ...{ rollbackId, deploymentId, flow, to, mode, reason, state },
    step: isOver ? 'ended' : (nextStep(rollback) ?? 'ended'),
    ...{ done: taken.length, total: steps.length, ratePerSecond: 0 },
    secondsLeft: isOver ? null : left.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0),
    seconds: Math.round(seconds * 1_000) / 1_000,
    ...{ steps, failure: failureOf(rollback) },
    startedAt: first?.occurredAt ?? '',
    startedBy: first?.actor ?? '',
    endedAt: isOver ? (last?.occurredAt ?? null) : null,
  };
};

/** Tells how rollbacks are, whichever process carries them out. */
@Injectable()
export class RollbackProgressReader {
  constructor(private readonly rollbacks: RecordedRollbacks) {}

  /** @throws Problem 404 where there is none of that id. */
  async read(rollbackId: string): Promise<RollbackProgress> {
    const found = await this.rollbacks.find(rollbackId);
    if (found === null) {
      throw new Problem(404, 'rollback-unknown', `there is no rollback ${rollbackId}`);
    }
    return rollbackProgressOf(found);
  }
}
