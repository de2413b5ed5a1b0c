import { z } from 'zod';
import { positionSchema } from '../http/contract.schemas';
import { cursorField, limitField, minPositionField, namesField } from '../reading/query-fields';

/** The parameters of `GET /v1/projections/parked-streams`. */
export const parkedQuerySchema = z.strictObject({
  projection: namesField('Of these projections'),
  stream: namesField('These streams'),
  generation: namesField('Of these generations'),
  limit: limitField,
  cursor: cursorField,
  minPosition: minPositionField,
});

export type ParkedQuery = z.output<typeof parkedQuerySchema>;

const parkedStreamSchema = z.object({
  projection: z.string(),
  stream: z.string(),
  generation: z.string(),
  state: z.enum(['building', 'live', 'warm']).meta({ description: 'Of the generation' }),
  position: positionSchema.meta({ description: 'Of the first event that is parked' }),
  type: z.string().meta({ description: 'The type of that event' }),
  cause: z.string().nullable().meta({ description: 'Why it could not be applied' }),
  events: z.int().meta({ description: 'How many are parked, it and those behind it' }),
  since: z.iso.datetime(),
});

export type ParkedStream = z.output<typeof parkedStreamSchema>;

export const parkedAnswerSchema = z.object({
  projection: z.literal('parked-streams'),
  version: z.literal(1),
  position: positionSchema.meta({ description: 'Every live projection has passed it' }),
  rows: z.array(parkedStreamSchema),
  next: z.string().nullable(),
});

export type ParkedAnswer = z.output<typeof parkedAnswerSchema>;
