import type { RecordedEvent } from '../../events';
import { bigInteger, boolean, instant, integer, nullable, real, text } from '../columns';
import type { RowOf } from '../columns';
import { entity } from '../projection';

const columns = {
  alert: text(),
  rule: text(),
  flow: text(),
  severity: text(),
  /** firing, acknowledged, resolved. */
  status: text(),
  measure: text(),
  comparison: text(),
  threshold: real(),
  clearThreshold: real(),
  /** When it fired. */
  value: nullable(real()),
  samples: integer(),
  evidence: text(),
  /** The first day that was looked at; null for all of the deployment. */
  since: nullable(text()),
  /** Up to where the read model was that said so. */
  readPosition: bigInteger(),
  deploymentId: text(),
  /** Whether it asks for a rollback, and nobody has answered. */
  proposesRollback: boolean(),
  rollbackTo: nullable(text()),
  automatic: boolean(),
  noRollbackBecause: nullable(text()),
  /** The rollback that began after it asked. */
  rollbackId: nullable(text()),
  comment: nullable(text()),
  acknowledgedBy: nullable(text()),
  acknowledgedAt: nullable(instant()),
  dismissedReason: nullable(text()),
  dismissedBy: nullable(text()),
  dismissedAt: nullable(instant()),
  pendingSince: instant(),
  firedAt: instant(),
  updatedAt: instant(),
  resolvedAt: nullable(instant()),
  resolvedBecause: nullable(text()),
  /** When it was over. */
  resolvedValue: nullable(real()),
};

type Row = RowOf<typeof columns>;

const unanswered = {
  rollbackId: null,
  comment: null,
  acknowledgedBy: null,
  acknowledgedAt: null,
  dismissedReason: null,
  dismissedBy: null,
  dismissedAt: null,
  resolvedAt: null,
  resolvedBecause: null,
  resolvedValue: null,
} as const;

const fired = ({ data, occurredAt }: RecordedEvent<'AlertFired'>, alert: string): Row => {
  const { rule, observed, rollbackTo } = data;
  const { value, samples, evidence, since, readPosition } = observed;
  return {
    alert,
    rule: rule.rule,
    flow: rule.flow,
    severity: rule.severity,
    status: 'firing',
    measure: rule.measure,
    comparison: rule.comparison,
    automatic: rule.automatic,
    threshold: rule.threshold,
    clearThreshold: rule.clearThreshold,
    value,
    samples,
    evidence,
    since,
    readPosition: BigInt(readPosition),
    deploymentId: data.deploymentId,
    noRollbackBecause: data.noRollbackBecause,
    rollbackTo,
    proposesRollback: rollbackTo !== null,
    ...unanswered,
    pendingSince: data.pendingSince,
    firedAt: occurredAt,
    updatedAt: occurredAt,
  };
};

/** Every time that a rule of alerts fired, with its evidence and what became of it. */
export const alerts = entity({
  name: 'alerts',
  version: 1,
  summary: 'Alerts: which rule, value against threshold, evidence, who saw to it, and the rollback',
  category: 'alert',
  key: 'alert',
  columns,
  indexes: [['status', 'firedAt'], ['firedAt']],
  opens: { AlertFired: fired },
  changes: {
    AlertAcknowledged: (_row, { data, actor, occurredAt }) => ({
      status: 'acknowledged',
      comment: data.comment,
      acknowledgedBy: actor,
      acknowledgedAt: occurredAt,
      updatedAt: occurredAt,
    }),
    AlertDismissed: (_row, { data, actor, occurredAt }) => ({
      proposesRollback: false,
      dismissedReason: data.reason,
      dismissedBy: actor,
      dismissedAt: occurredAt,
      updatedAt: occurredAt,
    }),
    AlertAnswered: (_row, { data, occurredAt }) => ({
      proposesRollback: false,
      rollbackId: data.rollbackId,
      updatedAt: occurredAt,
    }),
    AlertResolved: (_row, { data, occurredAt }) => ({
      status: 'resolved',
      proposesRollback: false,
      resolvedBecause: data.because,
      resolvedValue: data.observed?.value ?? null,
      resolvedAt: occurredAt,
      updatedAt: occurredAt,
    }),
  },
  time: 'firedAt',
  sort: '-firedAt',
  present: (row) => row,
  presented: {},
});
