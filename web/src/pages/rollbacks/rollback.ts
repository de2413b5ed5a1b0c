/* A rollback as the pages show it: from its progress now, or from its row as of a past moment. */

import type { Row, Schema } from '../../api/contract';

export interface RollbackStep {
  readonly number: number;
  readonly step: string;
  /** What it is for; not known of the past. */
  readonly purpose: string | null;
  readonly state: 'due' | 'running' | 'taken' | 'failed';
  readonly seconds: number | null;
  /** Not known of a past step that was still due. */
  readonly budgetSeconds: number | null;
  readonly health: string | null;
  readonly evidence: string | null;
}

export type RollbackProgress = Schema<'RollbackProgress'>;
export type RollbackRow = Row<'rollbacks'>;

/** How a read model would be, as a rehearsal built and compared it. */
export type WhatIf = NonNullable<RollbackProgress['whatIf']>[number];

/** The sum of a column, exactly. */
export type Total = WhatIf['totals'][number];

export interface RollbackView {
  readonly rollbackId: string;
  readonly deploymentId: string;
  readonly to: string;
  readonly mode: string;
  /** Nothing that is live is touched. */
  readonly rehearsal: boolean;
  /** Of a rehearsal now; not known of the past. */
  readonly whatIf: readonly WhatIf[] | null;
  readonly reason: string;
  readonly state: string;
  readonly seconds: number;
  readonly steps: readonly RollbackStep[];
  readonly cause: string | null;
  readonly holds: readonly string[];
  readonly doesNotHold: readonly string[];
  readonly startedBy: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

/** In the order in which they are taken. */
const stepNames = [
  'verify-state',
  'check-target',
  'stop-work',
  'switch',
  'verify-dependencies',
  'restore-read-models',
  'verify-health',
  'record-state',
  'prove',
] as const;

export const stepsInAll = stepNames.length;

/** The first that is due is under way while the rollback is. */
const withRunning = (
  steps: readonly RollbackStep[],
  isRunning: boolean,
  waiting: string | null,
): RollbackStep[] => {
  const next = steps.find(({ state }) => state === 'due');
  return steps.map((step) =>
    isRunning && step === next ? { ...step, state: 'running', evidence: waiting } : step,
  );
};

export const viewOfProgress = ({
  failure,
  step: _,
  waiting,
  ...progress
}: RollbackProgress): RollbackView => ({
  ...progress,
  steps: withRunning(progress.steps, progress.state === 'running', waiting),
  cause: failure?.cause ?? null,
  holds: failure?.holds ?? [],
  doesNotHold: failure?.doesNotHold ?? [],
});

/** The last attempt at each step; one that failed is due again once the rollback goes on. */
export const viewOfRow = ({ target, status, steps, ...row }: RollbackRow): RollbackView => {
  const lines = stepNames.map((step, index): RollbackStep => {
    const last = steps.findLast((attempt) => attempt.step === step);
    const isDue = last === undefined || (last.state === 'failed' && status === 'running');
    const shown = isDue ? { state: 'due', seconds: null, health: null, evidence: null } : last;
    return {
      number: index + 1,
      step,
      purpose: null,
      budgetSeconds: last?.budgetSeconds ?? null,
      state: shown.state as RollbackStep['state'],
      seconds: shown.seconds,
      health: shown.health,
      evidence: shown.evidence,
    };
  });
  return {
    ...row,
    to: target,
    state: status,
    holds: [],
    doesNotHold: [],
    whatIf: null,
    steps: withRunning(lines, status === 'running', null),
  };
};

export const takenOf = ({ steps }: Pick<RollbackView, 'steps'>): number =>
  steps.filter(({ state }) => state === 'taken').length;

/** Whether the deployment before is live already, so that there is no way but on. */
export const hasSwitched = ({ steps }: Pick<RollbackView, 'steps'>): boolean =>
  steps.some(({ step, state }) => step === 'switch' && state === 'taken');

/** Whom an id of a deployment stands for; the one before all others was never planned. */
export const namedDeployment = (deploymentId: string): string =>
  deploymentId === 'initial' ? 'initial (before any deployment)' : deploymentId;
