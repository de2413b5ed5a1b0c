import { z } from 'zod';
import { idSchema } from '../../../commands/fields';
import { positionSchema } from '../../http/contract.schemas';
import { rowQuerySchema } from '../../reading/projection.schemas';

/** The parameters of `GET /v1/deployments/<id>/comparison`. */
export const comparisonQuerySchema = rowQuerySchema.extend({
  with: idSchema.meta({ description: 'The other deployment' }),
});

const number = z.number().nullable();

/** What every measure rests on. */
const sampled = {
  sample: z.int().meta({ description: 'Observations that it rests on' }),
  isSmallSample: z.boolean().meta({ description: 'Too few to go by' }),
};

const rateSchema = z.object({ percent: number, ...sampled });
const latencySchema = z.object({ p50: number, p95: number, ...sampled });

/** One deployment, by what was recorded under it. */
const comparedSchema = z.object({
  deploymentId: z.string(),
  version: z.string().nullable().meta({ description: 'Null for one that nobody planned' }),
  status: z.string().nullable(),
  executions: z.object({
    sample: z.int(),
    byStatus: z.record(z.string(), z.int()),
  }),
  errorRate: rateSchema.meta({ description: 'Failed or timed out, of executions that ended' }),
  gatePassRate: rateSchema.meta({ description: 'May be published, of scorings' }),
  costPerPublished: z
    .object({ costNanoUsd: z.string().nullable(), costUsd: number, ...sampled })
    .meta({ description: 'Mean cost of executions that published their article' }),
  revisions: z
    .object({ mean: number, most: z.int().nullable(), ...sampled })
    .meta({ description: 'Of executions that were scored' }),
  multiplier: z
    .object({ value: number, costNanoUsd: z.string(), costUsd: z.number(), ...sampled })
    .meta({ description: "People's cost by that of model calls; the sample is calls" }),
  executionMs: latencySchema.meta({ description: 'Of executions that completed' }),
  callMs: latencySchema.meta({ description: 'Of model calls' }),
  styleQueryMs: latencySchema.meta({ description: 'Of style queries' }),
});

export type Compared = z.output<typeof comparedSchema>;

/** The answer of `GET /v1/deployments/<id>/comparison`. */
export const comparisonSchema = z
  .object({
    position: positionSchema.meta({ description: 'Where all read models stood' }),
    deployments: z.array(comparedSchema).length(2),
  })
  .meta({ id: 'DeploymentComparison' });

export type Comparison = z.output<typeof comparisonSchema>;
