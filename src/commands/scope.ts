import { z } from 'zod';
import { momentSchema, textSchema } from './fields';

// Where one kind comes near without an abort, a union passes on what that one says, a pattern.
const abort = true;

export const positionSchema = z
  .union([z.int({ abort }).min(0, { abort }), z.string().regex(/^\d{1,18}$/, { abort })], {
    error: 'a position: a whole number',
  })
  .transform(String);

const namesSchema = z.array(textSchema(256).min(1)).min(1).max(1_000).optional();

/** Which recorded events a command is about; what is absent bounds nothing. */
export const scopeSchema = z
  .strictObject({
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
  })
  .refine(
    ({ fromPosition = '0', toPosition = fromPosition }) =>
      BigInt(fromPosition) <= BigInt(toPosition),
    { path: ['toPosition'], message: 'must not lie before fromPosition' },
  )
  .refine(({ since, until }) => since === undefined || until === undefined || since < until, {
    path: ['until'],
    message: 'must be after since',
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
