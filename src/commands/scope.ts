import { z } from 'zod';
import { momentSchema, textSchema } from './fields';

export const positionSchema = z
  .union([z.int().min(0), z.string().regex(/^\d{1,18}$/)], { error: 'a position: a whole number' })
  .transform(String);

const namesSchema = z.array(textSchema(256).min(1)).min(1).max(1_000).optional();

/** Which recorded events a command is about; what is absent bounds nothing. */
export const scopeSchema = z.strictObject({
  fromPosition: positionSchema.optional(),
  /** Included. */
  toPosition: positionSchema.optional(),
  /** Recorded at this time or later. */
  since: momentSchema.optional(),
  /** Recorded before this time. */
  until: momentSchema.optional(),
  streams: namesSchema,
  types: namesSchema,
  deployments: namesSchema,
});

export type Scope = z.output<typeof scopeSchema>;

/** A scope as it is recorded: with a null for what bounds nothing. */
export const recordedScope = (scope: Scope) => ({
  fromPosition: scope.fromPosition ?? null,
  toPosition: scope.toPosition ?? null,
  since: scope.since ?? null,
  until: scope.until ?? null,
  streams: scope.streams ?? null,
  types: scope.types ?? null,
  deployments: scope.deployments ?? null,
});
