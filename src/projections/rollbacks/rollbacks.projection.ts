import { z } from 'zod';
import type { RecordedEvent } from '../../events';
import { boolean, instant, json, nullable, real, text } from '../columns';
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
  /** Nothing that is live was touched. */
  rehearsal: boolean(),
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
type Changes = Partial<Row>;
type Started = RecordedEvent<'RollbackStarted'> | RecordedEvent<'RehearsalStarted'>;
type Attempt = RecordedEvent<
  'RollbackStepTaken' | 'RehearsalStepTaken' | 'RollbackStepFailed' | 'RehearsalStepFailed'
>;

const begun = ({ type, data, actor, occurredAt }: Started, rollbackId: string): Row => ({
  rollbackId,
  deploymentId: data.deploymentId,
  flow: data.flow,
  target: data.to,
  mode: data.mode,
  rehearsal: type === 'RehearsalStarted',
  reason: data.reason,
  status: 'running',
  step: null,
  steps: [],
  cause: null,
  seconds: 0,
  startedBy: actor,
  startedAt: occurredAt,
  updatedAt: occurredAt,
  endedAt: null,
});

const attempted = (row: Row, event: Attempt): Changes => {
  const { step, seconds, budgetSeconds, health } = event.data;
  const isTaken = event.type === 'RollbackStepTaken' || event.type === 'RehearsalStepTaken';
  const evidence = isTaken ? event.data.evidence : event.data.cause;
  const state: Steps[number]['state'] = isTaken ? 'taken' : 'failed';
  const attempt = { step, state, seconds, budgetSeconds, health, evidence, at: event.occurredAt };
  return {
    step,
    steps: [...row.steps, attempt],
    status: isTaken ? row.status : 'failed',
    cause: isTaken ? null : evidence,
    seconds: Math.round((row.seconds + seconds) * 1_000) / 1_000,
    updatedAt: event.occurredAt,
  };
};

const ended = (status: string, cause: string | null, at: string): Changes => ({
  status,
  cause,
  updatedAt: at,
  endedAt: at,
});

/** Every rollback and rehearsal, as it stands, with each attempt at each of its steps. */
export const rollbacks = entity({
  name: 'rollbacks',
  version: 2,
  summary: 'Rollbacks and rehearsals: which deployment, status, each step with time and evidence',
  category: 'rollback',
  key: 'rollbackId',
  columns,
  indexes: [['startedAt']],
  opens: {
    RollbackStarted: begun,
    RehearsalStarted: begun,
  },
  changes: {
    RollbackStepTaken: attempted,
    RollbackStepFailed: attempted,
    RehearsalStepTaken: attempted,
    // It is not retried.
    RehearsalStepFailed: (row, event) => ({ ...attempted(row, event), endedAt: event.occurredAt }),
    RollbackRetried: (_row, { occurredAt }) => ({
      status: 'running',
      cause: null,
      updatedAt: occurredAt,
    }),
    RollbackAborted: (_row, { data, occurredAt }) => ended('aborted', data.reason, occurredAt),
    RehearsalAborted: (_row, { data, occurredAt }) => ended('aborted', data.reason, occurredAt),
    RollbackCompleted: (row, { occurredAt }) => ended('completed', row.cause, occurredAt),
    RehearsalCompleted: (row, { occurredAt }) => ended('completed', row.cause, occurredAt),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => row,
  presented: { steps: stepsSchema },
});
