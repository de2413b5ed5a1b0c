import { z } from 'zod';
import type { RecordedEvent } from '../../events';
import { instant, json, nullable, real, text } from '../columns';
import type { RowOf } from '../columns';
import { entity } from '../projection';

const stepsSchema = z.array(
  z.object({
    step: z.string(),
    state: z.enum(['taken', 'failed']),
    seconds: z.number(),
    budgetSeconds: z.number(),
    health: z.string(),
    evidence: z.string(),
    at: z.string(),
  }),
);
type Steps = z.output<typeof stepsSchema>;

const columns = {
  rollbackId: text(),
  deploymentId: text(),
  flow: text(),
  /** The deployment that takes its place. */
  target: text(),
  mode: text(),
  reason: text(),
  status: text(),
  /** The last that was taken or failed; null before the first. */
  step: nullable(text()),
  /** Every attempt at a step, in order. */
  steps: json<Steps>(),
  /** Why it failed, while it waits, or was aborted. */
  cause: nullable(text()),
  /** Spent on steps. */
  seconds: real(),
  startedBy: text(),
  startedAt: instant(),
  updatedAt: instant(),
  endedAt: nullable(instant()),
};

type Row = RowOf<typeof columns>;
type Attempt = RecordedEvent<'RollbackStepTaken'> | RecordedEvent<'RollbackStepFailed'>;

const attempted = (row: Row, event: Attempt): Row => {
  const { step, seconds, budgetSeconds, health } = event.data;
  const isTaken = event.type === 'RollbackStepTaken';
  const evidence = isTaken ? event.data.evidence : event.data.cause;
  const state: Steps[number]['state'] = isTaken ? 'taken' : 'failed';
  const attempt = { step, state, seconds, budgetSeconds, health, evidence, at: event.occurredAt };
  return {
    ...row,
    step,
    steps: [...row.steps, attempt],
    status: isTaken ? row.status : 'failed',
    cause: isTaken ? null : evidence,
    seconds: Math.round((row.seconds + seconds) * 1_000) / 1_000,
    updatedAt: event.occurredAt,
  };
};

/** Every rollback, as it stands, with each attempt at each of its steps. */
export const rollbacks = entity({
  name: 'rollbacks',
  version: 1,
  summary: 'Rollbacks: which deployment to which, status, and every step with time and evidence',
  category: 'rollback',
  key: 'rollbackId',
  columns,
  indexes: [['startedAt']],
  opens: {
    RollbackStarted: ({ data, actor, occurredAt }, rollbackId) => ({
      rollbackId,
      ...{ deploymentId: data.deploymentId, flow: data.flow, target: data.to, mode: data.mode },
      ...{ reason: data.reason, status: 'running', step: null, steps: [], cause: null, seconds: 0 },
      ...{ startedBy: actor, startedAt: occurredAt, updatedAt: occurredAt, endedAt: null },
    }),
  },
  changes: {
    RollbackStepTaken: attempted,
    RollbackStepFailed: attempted,
    RollbackRetried: (row, { occurredAt }) => ({
      ...row,
      ...{ status: 'running', cause: null, updatedAt: occurredAt },
    }),
    RollbackAborted: (row, { data, occurredAt }) => ({
      ...row,
      ...{ status: 'aborted', cause: data.reason, updatedAt: occurredAt, endedAt: occurredAt },
    }),
    RollbackCompleted: (row, { occurredAt }) => ({
      ...row,
      ...{ status: 'completed', updatedAt: occurredAt, endedAt: occurredAt },
    }),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => row,
  presented: { steps: stepsSchema },
});
