import type { RollbackStep } from '../../events/rollback.events';
import { isOutage } from '../database/outage';
import { isHopeless } from '../rebuild/hopeless';
import type { Rollback } from './recorded-rollbacks';

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What a step found or did. */
export interface StepOutcome {
  /** In a sentence. */
  readonly evidence: string;
  readonly details?: Readonly<Record<string, Json>>;
}

export type TakeStep = (rollback: Rollback, signal: AbortSignal) => Promise<StepOutcome>;

/** As much as its fact takes: what cannot be recorded would be tried again for ever. */
const causeAtMost = 4_000;
const linesAtMost = 200;
const lineAtMost = 2_000;

const cut = (text: string, longest: number): string => text.slice(0, longest).toWellFormed();

const listed = (lines: readonly string[]): string[] => {
  const named = lines.length > linesAtMost ? lines.slice(0, linesAtMost - 1) : lines;
  const others = lines.length - named.length;
  const rest = others === 0 ? [] : [`and ${String(others)} others`];
  return [...named.map((line) => cut(line, lineAtMost)), ...rest];
};

/** A step that cannot be taken, until somebody has seen to it. */
export class StepFailure extends Error {
  readonly holds: readonly string[];
  readonly doesNotHold: readonly string[];

  constructor(message: string, holds: readonly string[], doesNotHold: readonly string[]) {
    super(cut(message, causeAtMost) || 'it failed, and did not say why');
    this.name = 'StepFailure';
    this.holds = listed(holds);
    this.doesNotHold = listed(doesNotHold);
  }
}

/** Whether a step is tried again by itself; else it has failed, as for a view that others depend on. */
export const isPassing = (error: unknown): boolean => isOutage(error) && !isHopeless(error);

/** What a step is for, and how long it should take, in seconds: told beside how long it took. */
export const stepPlans: Readonly<
  Record<RollbackStep, { readonly budgetSeconds: number; readonly purpose: string }>
> = {
  'verify-state': { budgetSeconds: 2, purpose: 'the deployment is live and the ledger answers' },
  'check-target': {
    budgetSeconds: 5,
    purpose: 'the deployment before can serve: its generations, and every event recorded since',
  },
  'stop-work': { budgetSeconds: 1, purpose: 'no new execution begins under the deployment' },
  switch: { budgetSeconds: 1, purpose: 'the deployment before is the live one' },
  'verify-dependencies': { budgetSeconds: 5, purpose: 'database, broker and relay serve' },
  'restore-read-models': {
    budgetSeconds: 30,
    purpose: 'read models are those of then: repointed where warm, else built anew',
  },
  'verify-health': { budgetSeconds: 10, purpose: 'read models are level, nothing is unhealthy' },
  'record-state': { budgetSeconds: 1, purpose: 'the deployment is rolled back, as a fact' },
  prove: { budgetSeconds: 5, purpose: 'nothing was lost' },
};
