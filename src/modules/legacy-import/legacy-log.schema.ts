import { z } from 'zod';
import { jsonSchema, nameSchema, textSchema, tokensSchema } from '../../commands/fields';

/*
 * A legacy ROI log as its tracker wrote it: one JSON file of executions with their model calls, totals
 * per execution (costs rounded to four digits) and a summary (rounded to two).
 */

/** Absent or null: not said. */
const wholeNumber = z.int().nullable().default(null);
const amount = z.number().nullable().default(null);

const call = z.object({
  timestamp: z.string(),
  agent: nameSchema,
  model: nameSchema,
  input_tokens: tokensSchema,
  output_tokens: tokensSchema,
  total_tokens: wholeNumber,
  cost_usd: z.number().min(0).max(1_000_000).nullable().default(null),
  metadata: z.record(z.string(), jsonSchema).nullable().default(null),
});

export const legacyExecution = z.object({
  execution_id: textSchema(900).min(1),
  agent: nameSchema,
  start_time: z.string(),
  end_time: z.string().nullable().default(null),
  llm_calls: z.array(call),
  total_input_tokens: wholeNumber,
  total_output_tokens: wholeNumber,
  total_tokens: wholeNumber,
  total_cost_usd: amount,
  human_hours_equivalent: amount,
  human_cost_equivalent: amount,
  roi_multiplier: amount,
});

/** The file's own totals; what it says beyond these is derived from them. */
export const legacySummary = z.object({
  total_executions: wholeNumber,
  total_tokens: wholeNumber,
  total_cost_usd: amount,
  total_human_hours_saved: amount,
  total_human_cost_saved: amount,
  avg_roi_multiplier: amount,
});

export type LegacyExecution = z.output<typeof legacyExecution>;
export type LegacyCall = LegacyExecution['llm_calls'][number];
export type LegacySummary = z.output<typeof legacySummary>;

/** Kept by the tracker, but worked out from hours and rates that Flowledger has as facts of its own. */
export const derivedFields = [
  'human_hours_equivalent',
  'human_cost_equivalent',
  'roi_multiplier',
] as const;

export const knownFields: Readonly<Record<'execution' | 'call', ReadonlySet<string>>> = {
  execution: new Set(Object.keys(legacyExecution.shape)),
  call: new Set(Object.keys(call.shape)),
};
