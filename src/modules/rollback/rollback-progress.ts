import { Injectable } from '@nestjs/common';
import { nextStep } from '../../commands/rollback/rollback.state';
import { rollbackSteps } from '../../events/rollback.events';
import type { RollbackStep } from '../../events/rollback.events';
import { Problem } from '../http/problem';
import { RecordedRollbacks } from './recorded-rollbacks';
import type { Rollback } from './recorded-rollbacks';
import { stepPlans } from './rollback-step';
import { RollbackWaiting } from './rollback-waiting';
import type { RollbackProgress } from './rollback.schemas';

type Step = RollbackProgress['steps'][number];
type Event = Rollback['events'][number];

const isTaken = (event: Event): event is TakenEvent =>
  event.type === 'RollbackStepTaken' || event.type === 'RehearsalStepTaken';
const isFailed = (event: Event): event is FailedEvent =>
  event.type === 'RollbackStepFailed' || event.type === 'RehearsalStepFailed';
type TakenEvent = Extract<Event, { type: 'RollbackStepTaken' | 'RehearsalStepTaken' }>;
type FailedEvent = Extract<Event, { type: 'RollbackStepFailed' | 'RehearsalStepFailed' }>;

/** What was found or done by a step; undefined before it is taken. */
export const takenOf = ({ events }: Rollback, step: RollbackStep): TakenEvent | undefined =>
  events.filter(isTaken).find(({ data }) => data.step === step);

const stepsOf = (rollback: Rollback): Step[] => {
  const { events, status } = rollback;
  const last = events.findLast(isFailed);
  return rollbackSteps.map((step, index): Step => {
    const plan = { number: index + 1, step, ...stepPlans[step] };
    const taken = takenOf(rollback, step);
    if (taken !== undefined) {
      const { seconds, health, evidence } = taken.data;
      return { ...plan, state: 'taken', seconds, health, evidence };
    }
    if (status === 'failed' && last?.data.step === step) {
      const { seconds, health, cause } = last.data;
      return { ...plan, state: 'failed', seconds, health, evidence: cause };
    }
    return { ...plan, state: 'due', seconds: null, health: null, evidence: null };
  });
};

const failureOf = ({ events, status }: Rollback): RollbackProgress['failure'] => {
  if (status !== 'failed') return null;
  const last = events.findLast(isFailed);
  if (last === undefined) return null;
  const { step, cause, holds, doesNotHold } = last.data;
  return { step, cause, holds, doesNotHold };
};

/** How a rollback is, from the ledger's word on it, and what it waits for. */
const rollbackProgressOf = (rollback: Rollback, waiting: string | null): RollbackProgress => {
  const { rollbackId, started, status, events, taken, seconds, isRehearsal } = rollback;
  const { deploymentId, flow, to, mode, reason } = started;
  const state = status === 'absent' ? 'running' : status; // it has started, so it is not absent
  const steps = stepsOf(rollback);
  const isOver =
    state === 'completed' || state === 'aborted' || (isRehearsal && state === 'failed');
  const whatIf = takenOf(rollback, 'restore-read-models')?.data.details['whatIf'] ?? null;
  const left = steps.filter((one) => one.state !== 'taken');
  const [first, last] = [events[0], events.at(-1)];
  return {
    rollbackId,
    deploymentId,
    flow,
    to,
    mode,
    rehearsal: isRehearsal,
    reason,
    state,
    step: isOver ? 'ended' : (nextStep(rollback) ?? 'ended'),
    done: taken.length,
    total: steps.length,
    ratePerSecond: seconds === 0 ? 0 : Math.round((1_000 * taken.length) / seconds) / 1_000,
    secondsLeft: isOver ? null : left.reduce((sum, { budgetSeconds }) => sum + budgetSeconds, 0),
    seconds: Math.round(seconds * 1_000) / 1_000,
    steps,
    waiting,
    failure: failureOf(rollback),
    whatIf: whatIf as RollbackProgress['whatIf'],
    startedAt: first?.occurredAt ?? '',
    startedBy: first?.actor ?? '',
    endedAt: isOver ? (last?.occurredAt ?? null) : null,
  };
};

/** Tells how rollbacks are, whichever process carries them out. */
@Injectable()
export class RollbackProgressReader {
  constructor(
    private readonly rollbacks: RecordedRollbacks,
    private readonly waiting: RollbackWaiting,
  ) {}

  /** @throws Problem 404 where there is none of that id. */
  async read(rollbackId: string): Promise<RollbackProgress> {
    const found = await this.rollbacks.find(rollbackId);
    if (found === null) {
      throw new Problem(404, 'rollback-unknown', `there is no rollback ${rollbackId}`);
    }
    return rollbackProgressOf(found, await this.waiting.of(found));
  }
}
