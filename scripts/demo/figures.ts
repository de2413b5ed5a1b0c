import { z } from 'zod';
import type { ApiClient } from '../../src/modules/cli/api-client';

const whole = z.coerce.bigint();

const execution = z.object({
  executionId: z.string(),
  topic: z.string().nullable(),
  status: z.string(),
  revisions: z.int(),
  score: z.number().nullable(),
  decision: z.string().nullable(),
  calls: z.int(),
  costNanoUsd: whole,
  forkedFrom: z.string().nullable(),
});
export type ExecutionRow = z.output<typeof execution>;

const roi = z.object({
  agent: z.string().optional(),
  model: z.string().optional(),
  calls: whole,
  unpricedCalls: whole,
  inputTokens: whole,
  outputTokens: whole,
  costNanoUsd: whole,
  durationMs: z.object({ p50: z.number().nullable(), p95: z.number().nullable() }),
});
export type RoiRow = z.output<typeof roi>;

/** What the read models say of one run, at or behind a position. */
export interface Figures {
  readonly executions: readonly ExecutionRow[];
  readonly agents: readonly RoiRow[];
  readonly models: readonly RoiRow[];
}

const all = async <T>(rows: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const row of rows) list.push(row);
  return list;
};

/** Asks both read models for what was recorded under deployment `run`, waiting for `position`. */
export const figuresOf = async (
  client: ApiClient,
  run: string,
  position: bigint,
): Promise<Figures> => {
  const minPosition = String(position);
  const ofRun = { deploymentId: run, minPosition };
  const grouped = (groupBy: string): Promise<RoiRow[]> =>
    all(client.rows('/v1/projections/roi-totals', { deployment: run, groupBy, minPosition }, roi));
  return {
    executions: await all(client.rows('/v1/projections/execution-status', ofRun, execution)),
    agents: await grouped('agent'),
    models: await grouped('model'),
  };
};
