import { z } from 'zod';
import { positionSchema } from '../http/contract.schemas';
import {
  cursorField,
  flagField,
  limitField,
  momentField,
  namesField,
  positionField,
  versionField,
} from './query-fields';

/**
 * An event as it is answered: `data` is what was stored, of the schema version told, with what is personal
 * opened or forgotten.
 */
export const eventSchema = z
  .object({
    position: positionSchema,
    stream: z.string(),
    version: z.int().meta({ description: 'Place in its stream, from 1' }),
    eventId: z.uuid(),
    type: z.string(),
    schemaVersion: z.int(),
    data: z.json(),
    deploymentId: z.string(),
    correlationId: z.string(),
    causationId: z.string().nullable(),
    actor: z.string(),
    occurredAt: z.iso.datetime(),
    recordedAt: z.iso.datetime(),
  })
  .meta({ id: 'Event' });

const names = {
  streams: namesField('Of these streams'),
  types: namesField('Of these types'),
  deployments: namesField('Recorded under these deployments'),
};

export const scopeFields = {
  fromPosition: positionField.meta({ description: 'From this position on' }).optional(),
  toPosition: positionField.meta({ description: 'Up to and with this position' }).optional(),
  since: momentField('Recorded at this time or later'),
  until: momentField('Recorded before this time'),
  ...names,
};

const sealed = flagField('As recorded: what is personal stays ciphertext');

/** The parameters of `GET /v1/events/<position>`. */
export const eventQuerySchema = z.strictObject({ sealed });

/** The parameters of `GET /v1/events`: a scope, and the page of it. */
export const eventsQuerySchema = z.strictObject({
  ...scopeFields,
  limit: limitField,
  cursor: cursorField,
  sealed,
});

/** The parameters of `GET /v1/events/counts`. */
export const countsQuerySchema = z.strictObject(scopeFields);

/** The parameters of `GET /v1/streams/<stream>`. */
export const streamQuerySchema = z.strictObject({
  fromVersion: versionField.optional(),
  limit: limitField,
  cursor: cursorField,
  sealed,
});

/** The parameters of `GET /v1/events/tail`. */
export const tailQuerySchema = z.strictObject({
  after: positionField
    .meta({ description: 'Behind this position, as Last-Event-ID; the end by default' })
    .optional(),
  ...names,
});

const next = z.string().nullable().meta({
  description: 'Cursor of the next page; null at the end. A page may hold less than `limit`',
});

export const eventsAnswerSchema = z.object({ events: z.array(eventSchema), next });

/** How much there is of a scope, within the positions that its times stand for as of now. */
export const countsAnswerSchema = z
  .object({
    fromPosition: positionSchema,
    toPosition: positionSchema.meta({ description: 'The end of the ledger at most' }),
    total: z.int(),
    types: z.record(z.string(), z.int()).meta({ description: 'Events by type, the most first' }),
  })
  .meta({ id: 'EventCounts' });

export const streamAnswerSchema = z.object({
  stream: z.string(),
  version: z.int(),
  events: z.array(eventSchema),
  next,
});

export type EventsQuery = z.output<typeof eventsQuerySchema>;
export type EventScope = z.output<typeof countsQuerySchema>;
export type EventCounts = z.output<typeof countsAnswerSchema>;
export type StreamQuery = z.output<typeof streamQuerySchema>;
