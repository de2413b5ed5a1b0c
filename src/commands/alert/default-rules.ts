import type { AlertRule } from '../../events/alert.events';

const usual = {
  flow: 'content',
  windowDays: 2,
  smallestSample: 20,
  forSeconds: 300,
  automatic: false,
} as const;

/** The rules of a ledger that says nothing else; `set-alert-rule` and `remove-alert-rule` change them. */
export const defaultRules: readonly AlertRule[] = [
  {
    ...usual,
    rule: 'gate-pass-rate-low',
    measure: 'editor-gate-pass-rate',
    comparison: 'below',
    threshold: 80,
    clearThreshold: 85,
    severity: 'warning',
    action: 'none',
    smallestSample: 10,
  },
  {
    ...usual,
    rule: 'gate-pass-rate-critical',
    measure: 'editor-gate-pass-rate',
    comparison: 'below',
    threshold: 70,
    clearThreshold: 75,
    severity: 'critical',
    action: 'rollback',
  },
  // Calls cost before the work they are for brings anything: more of them, and for longer.
  {
    ...usual,
    rule: 'roi-below-one',
    measure: 'roi-multiplier',
    comparison: 'below',
    threshold: 1,
    clearThreshold: 1.2,
    severity: 'critical',
    action: 'rollback',
    smallestSample: 50,
    forSeconds: 900,
  },
  {
    ...usual,
    rule: 'error-rate-high',
    measure: 'error-rate',
    comparison: 'above',
    threshold: 5,
    clearThreshold: 3,
    severity: 'critical',
    action: 'rollback',
  },
  // Of fewer than 20 the 95th percentile is the slowest.
  {
    ...usual,
    rule: 'style-query-slow',
    measure: 'style-query-p95',
    comparison: 'above',
    threshold: 500,
    clearThreshold: 400,
    severity: 'critical',
    action: 'rollback',
  },
  {
    ...usual,
    rule: 'execution-slower',
    measure: 'execution-slowdown',
    comparison: 'above',
    threshold: 50,
    clearThreshold: 30,
    severity: 'critical',
    action: 'rollback',
  },
];
