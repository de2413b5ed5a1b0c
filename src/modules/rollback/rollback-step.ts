import { cutText } from '../../commands/fields';
import type { RollbackStep } from '../../events/rollback.events';
import { isOutage } from '../database/outage';
import { Problem } from '../http/problem';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
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

const listed = (lines: readonly string[]): string[] => {
  const named = lines.length > linesAtMost ? lines.slice(0, linesAtMost - 1) : lines;
  const others = lines.length - named.length;
  const rest = others === 0 ? [] : [`and ${String(others)} others`];
  return [...named.map((line) => cutText(line, lineAtMost)), ...rest];
};

/** A step that cannot be taken, until somebody has seen to it. */
export class StepFailure extends Error {
  readonly holds: readonly string[];
  readonly doesNotHold: readonly string[];

  constructor(message: string, holds: readonly string[], doesNotHold: readonly string[]) {
    super(cutText(message, causeAtMost) || 'it failed, and did not say why');
    this.name = 'StepFailure';
    this.holds = listed(holds);
    this.doesNotHold = listed(doesNotHold);
  }
}

/** Something that a step needs is away: it is taken again, for as long as that lasts. */
export class StepHindrance extends Error {}

/**
 * What becomes of a step that threw something else than its failure: it waits for what is away, it is tried
 * again while it has time, as what others are at may end; or it has failed.
 */
export type Remedy = 'wait' | 'retry' | 'fail';

/** Others came in between: 40001 and 40P01 transactions, 55P03 and 55006 locks; 57014 somebody ended the statement. */
const passingStates: ReadonlySet<unknown> = new Set(['40001', '40P01', '55P03', '55006', '57014']);

const remedyForProblem = ({ status, code }: Problem): Remedy => {
  if (code === 'unavailable') return 'wait';
  return status === 409 || status === 503 ? 'retry' : 'fail';
};

export const remedyFor = (error: unknown): Remedy => {
  if (isHopeless(error)) return 'fail';
  if (error instanceof Problem) return remedyForProblem(error);
  const isAway = error instanceof StepHindrance || error instanceof LedgerUnavailable;
  const told = error instanceof LedgerUnavailable ? error.cause : error;
  if (passingStates.has((told as { code?: unknown } | undefined)?.code)) return 'retry';
  return isAway || isOutage(error) ? 'wait' : 'fail';
};

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
