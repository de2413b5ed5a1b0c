import { z } from 'zod';
import { outcomeSchema, phaseSchema } from '../../events/deployment.events';
import { command } from '../command';
import type { CommandOf, Reference } from '../command';
import {
  distinctIdsSchema,
  idSchema,
  isDistinct,
  nameSchema,
  reasonSchema,
  saidSchema,
  textSchema,
} from '../fields';
import { isPlanned } from '../rollback/planned';
import { onCompletion } from './succession';

const deploymentId = idSchema;
const operator = 'operator' as const;
const evidence = textSchema(4_000).optional();
const comment = textSchema(2_000).optional();
const steered = z.strictObject({ deploymentId, reason: reasonSchema });

const distinctNames = distinctIdsSchema(50);

const checklistSchema = z
  .array(
    z.strictObject({
      item: nameSchema,
      phase: phaseSchema.default('before-deployment'),
      description: textSchema(500).optional(),
      /** The gate whose checks tick it; without one a person does. */
      gate: idSchema.optional(),
    }),
  )
  .max(500)
  .refine((lines) => isDistinct(lines.map(({ item }) => item)), 'has an item twice');

/** Unplanned deployments are stamps alone; the one before all others is `initial`. */
const previousOf = ({
  previous,
}: {
  readonly previous?: string | undefined;
}): Reference | undefined =>
  previous === undefined || !isPlanned(previous)
    ? undefined
    : { category: 'deployment', id: previous };

export const deploymentCommands = {
  PlanDeployment: command({
    summary: 'Plan a deployment: what is to be ticked, measured and signed before it goes live',
    schema: z.strictObject({
      deploymentId: deploymentId.refine(
        isPlanned,
        'is what was live before any deployment was planned: name it otherwise',
      ),
      version: textSchema(128).min(1),
      flow: textSchema(64).min(1).default('content'),
      previous: idSchema.optional(),
      /** A list given replaces the default one; an empty one asks for nothing. */
      checklist: checklistSchema.optional(),
      requiredSignOffs: distinctNames.optional(),
      requiredGates: distinctNames.optional(),
      /** Asks for a rehearsal of its rollback that is younger than this many days. */
      rehearsedWithinDays: z.int().min(1).max(3_650).optional(),
      plannerMaySign: z.boolean().default(true),
      notes: textSchema(4_000).optional(),
    }),
    opens: true,
    role: operator,
    refersTo: previousOf,
  }),
  TickChecklistItem: command({
    summary: 'Say that an item of the checklist is done, with evidence',
    schema: z.strictObject({ deploymentId, item: nameSchema, evidence }),
    role: operator,
  }),
  UntickChecklistItem: command({
    summary: 'Say that an item of the checklist is not done after all',
    schema: z.strictObject({ deploymentId, item: nameSchema, reason: reasonSchema }),
    role: operator,
  }),
  RecordCheck: command({
    summary: 'Record what a check of a gate came to; it ticks and unticks the items of that gate',
    schema: z.strictObject({
      deploymentId,
      gate: idSchema,
      outcome: outcomeSchema,
      measured: z.number().optional(),
      threshold: z.number().optional(),
      evidence,
    }),
    role: 'service',
  }),
  MeasureDeployment: command({
    summary: 'Record checks of the gates that read models can answer, for what it has recorded',
    schema: z.strictObject({ deploymentId }),
    role: 'service',
  }),
  SignOff: command({
    summary: 'Approve or reject what is deployed, in a role; bound to the hash of what was seen',
    schema: z.strictObject({
      deploymentId,
      role: idSchema,
      verdict: z.enum(['approved', 'rejected']),
      contentHash: z.string().regex(/^[0-9a-f]{64}$/, 'a SHA-256 in lower-case hex'),
      comment,
    }),
    role: operator,
  }),
  WithdrawSignOff: command({
    summary: 'Take a sign-off back',
    schema: z.strictObject({ deploymentId, role: idSchema, reason: reasonSchema }),
    role: operator,
  }),
  DecideDeployment: command({
    summary: 'GO or NO-GO; GO where something is missing takes an override by two operators',
    schema: z.strictObject({
      deploymentId,
      verdict: z.enum(['go', 'no_go']),
      reason: textSchema(2_000).refine((text) => text.trim() !== '', 'must say why'),
      /** Asks to go without what is missing, or, by another operator, confirms that. */
      override: z.boolean().default(false),
    }),
    role: operator,
  }),
  StageDeployment: command({
    summary: 'Stage a deployment that has its GO; it takes no traffic yet',
    schema: steered,
    role: operator,
  }),
  PromoteDeployment: command({
    summary: 'Give a deployment 50 % of the traffic, then 100 %, with an analysis between',
    schema: z.strictObject({
      deploymentId,
      traffic: z.literal([50, 100]),
      reason: reasonSchema,
    }),
    role: operator,
  }),
  CompleteDeployment: command({
    summary: 'Make a promoted deployment the live one of its flow; it supersedes the one before',
    schema: steered,
    role: operator,
    carries: onCompletion,
  }),
  AbortDeployment: command({
    summary: 'End a deployment that is not live yet',
    schema: steered,
    role: operator,
  }),
  ReinstateDeployment: command({
    summary: 'Let what was recorded under a deployment count again that a rollback has voided',
    schema: z.strictObject({
      deploymentId,
      reason: saidSchema,
      /** Reinstate also what was done again since, which counts twice then. */
      countTwice: z.boolean().default(false),
    }),
    role: operator,
  }),
};

export type DeploymentCommand = CommandOf<typeof deploymentCommands>;
