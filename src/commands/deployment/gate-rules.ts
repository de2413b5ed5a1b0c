import type { GateRule } from '../../events/deployment.events';

/** The gates that are required where a plan brings none of its own. */
export const defaultGates: readonly GateRule[] = [
  {
    gate: 'editor-gate-pass-rate',
    comparison: 'at-least',
    threshold: 87,
    unit: '%',
    smallestSample: 10,
  },
  // Of fewer than 20 the 95th percentile is the slowest.
  { gate: 'style-query-p95', comparison: 'below', threshold: 200, unit: 'ms', smallestSample: 20 },
  { gate: 'roi-overhead', comparison: 'below', threshold: 10, unit: 'ms', smallestSample: 20 },
  { gate: 'roi-multiplier', comparison: 'above', threshold: 100, unit: 'x', smallestSample: 10 },
  { gate: 'error-rate', comparison: 'below', threshold: 5, unit: '%', smallestSample: 10 },
];

/** How long ago a rollback of it was last rehearsed; in force where a plan asks for it, or has an item of it. */
export const rehearsalGate: GateRule = {
  gate: 'rollback-rehearsal',
  comparison: 'below',
  threshold: 30,
  unit: 'days',
  smallestSample: null,
};

export const defaultSignOffs: readonly string[] = ['devops', 'quality', 'planning', 'executive'];

/** The rule of a gate by its name where it is a known one's, else that the outcome alone counts. */
export const ruleOf = (gate: string): GateRule =>
  [...defaultGates, rehearsalGate].find((rule) => rule.gate === gate) ?? {
    gate,
    comparison: null,
    threshold: null,
    unit: null,
    smallestSample: null,
  };

/** Whether a value holds by a rule; null where the rule has no threshold. */
export const holds = ({ comparison, threshold }: GateRule, measured: number): boolean | null => {
  if (comparison === null || threshold === null) return null;
  switch (comparison) {
    case 'at-least':
      return measured >= threshold;
    case 'above':
      return measured > threshold;
    case 'below':
      return measured < threshold;
  }
};

const words = { 'at-least': 'at least', above: 'above', below: 'below' } as const;

/** What a rule asks for, for a person. */
export const askedBy = ({ comparison, threshold, unit }: GateRule): string =>
  comparison === null
    ? 'successful'
    : `${words[comparison]} ${String(threshold)}${unit === null ? '' : ` ${unit}`}`;
