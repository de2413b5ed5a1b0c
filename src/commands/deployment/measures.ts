import type { CheckOutcome, GateRule } from '../../events/deployment.events';
import type { DeploymentState } from './deployment.state';
import { holds, ruleOf } from './gate-rules';

/** What read models say of a gate for what was recorded under a deployment. */
export interface Measure {
  readonly gate: string;
  /** Null where nothing can be said. */
  readonly measured: number | null;
  /** How many observations it rests on. */
  readonly sample: number;
  /** For a person: what was counted. */
  readonly evidence: string;
}

export interface MeasuredCheck {
  readonly gate: string;
  readonly outcome: CheckOutcome;
  readonly measured?: number;
  readonly evidence: string;
}

const outcomeOf = (rule: GateRule, { measured, sample }: Measure): CheckOutcome => {
  if (measured === null || sample < (rule.smallestSample ?? 1)) return 'inconclusive';
  const held = holds(rule, measured);
  if (held === null) return 'inconclusive';
  return held ? 'successful' : 'failed';
};

/** What each measure comes to, of the gates that the deployment requires or ticks an item by. */
export const measuredChecks = (
  { gates, checklist }: DeploymentState,
  measures: readonly Measure[],
): readonly MeasuredCheck[] =>
  measures.flatMap((measure) => {
    const { gate, measured, sample, evidence } = measure;
    const required = gates.find((rule) => rule.gate === gate);
    if (required === undefined && !checklist.some((line) => line.gate === gate)) return [];
    const rule = required ?? ruleOf(gate);
    const outcome = outcomeOf(rule, measure);
    const short = rule.smallestSample ?? 1;
    const needed = sample < short ? `, of at least ${String(short)} needed` : '';
    return [
      {
        gate,
        outcome,
        evidence: `${evidence}${needed}`,
        ...(measured === null ? {} : { measured }),
      },
    ];
  });
