import { z } from 'zod';

/*
 * The shapes of answers, for the API document and for whoever checks the server against it.
 * Requests have theirs in the registries of `src/commands` and `src/projections`.
 */

export const positionSchema = z
  .string()
  .regex(/^\d+$/)
  .meta({ description: 'Place in the ledger, a decimal string' });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string(),
    correlationId: z.string(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457; `code` is for programs, `detail` for people' });

export const acceptedSchema = z
  .object({
    stream: z.string(),
    version: z.int(),
    position: positionSchema,
    events: z.array(
      z.object({
        eventId: z.uuid(),
        type: z.string(),
        version: z.int(),
        position: positionSchema,
        data: z.unknown(),
      }),
    ),
    duplicate: z.boolean().meta({ description: 'The first answer to this Idempotency-Key' }),
    plan: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'Of a dry run: what the command would do' }),
    effects: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: 'What came of it besides its events' }),
  })
  .meta({ id: 'Accepted', description: 'No events where there was nothing to change' });

export const bulkLineSchema = z.strictObject({
  command: z.string(),
  data: z.record(z.string(), z.unknown()),
  idempotencyKey: z.string().optional(),
  ifMatch: z.union([z.string(), z.int()]).optional(),
});

export const bulkAnswerSchema = z.object({
  line: z.int().meta({ description: 'Number of the line, from 1' }),
  status: z.int(),
  position: positionSchema.optional(),
  duplicate: z.literal(true).optional(),
  problem: problemSchema.optional(),
});
