import { z } from 'zod';
import {
  changeSchema,
  checkSchema,
  decisionSchema,
  gateSchema,
  itemSchema,
  missingSchema,
  overrideSchema,
} from '../../events/deployment.events';
import { boolean, instant, integer, json, nullable, text } from '../columns';
import type { RowOf } from '../columns';

const optionalText = z.string().nullable();
const at = z.string();

const checklistSchema = z.array(
  itemSchema.extend({
    ticked: z.boolean(),
    /** Who turned it last, when, and with what to show for it. */
    by: optionalText,
    at: optionalText,
    evidence: optionalText,
  }),
);

/** The roles that have to sign, with what stands of each. */
const signOffsSchema = z.array(
  z.object({
    role: z.string(),
    verdict: z.enum(['approved', 'rejected']).nullable(),
    by: optionalText,
    at: optionalText,
    comment: optionalText,
    contentHash: optionalText,
    /** The change that took the last sign-off away; null while one stands. */
    invalidatedBy: changeSchema.nullable(),
  }),
);

const timelineSchema = z.array(
  z.object({ at, by: z.string(), type: z.string(), text: z.string() }),
);

/** The shape of each column that is JSON. */
export const shapes = {
  checklist: checklistSchema,
  signOffs: signOffsSchema,
  gates: z.array(gateSchema),
  /** The last of each gate. */
  checks: z.array(checkSchema.extend({ at })),
  missing: missingSchema,
  decision: decisionSchema.extend({ at }).nullable(),
  overrideRequest: overrideSchema.nullable(),
  timeline: timelineSchema,
} as const;

type Shape<Name extends keyof typeof shapes> = z.output<(typeof shapes)[Name]>;
export type TimelineEntry = Shape<'timeline'>[number];

export const columns = {
  deploymentId: text(),
  version: text(),
  flow: text(),
  /** As planned; `supersedes` is what it came to. */
  previous: nullable(text()),
  status: text(),
  traffic: integer(),
  /** SHA-256 of version, checklist and checks: what a sign-off names. */
  contentHash: text(),
  checklist: json<Shape<'checklist'>>(),
  signOffs: json<Shape<'signOffs'>>(),
  /** Those that are required. */
  gates: json<Shape<'gates'>>(),
  checks: json<Shape<'checks'>>(),
  /** What the next step lacks. */
  missing: json<Shape<'missing'>>(),
  decision: nullable(json<NonNullable<Shape<'decision'>>>()),
  /** An override that waits for another operator. */
  overrideRequest: nullable(json<NonNullable<Shape<'overrideRequest'>>>()),
  timeline: json<Shape<'timeline'>>(),
  notes: nullable(text()),
  plannedBy: text(),
  plannerMaySign: boolean(),
  supersedes: nullable(text()),
  supersededBy: nullable(text()),
  /** That it is in, or was taken back by. */
  rollbackId: nullable(text()),
  /** Since when what was recorded under it counts no more. */
  voidedAt: nullable(instant()),
  plannedAt: instant(),
  updatedAt: instant(),
  stagedAt: nullable(instant()),
  liveAt: nullable(instant()),
  endedAt: nullable(instant()),
};

export type Row = RowOf<typeof columns>;
