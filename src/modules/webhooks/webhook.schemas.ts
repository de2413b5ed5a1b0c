import { z } from 'zod';
import { positionSchema } from '../http/contract.schemas';
import { cursorField, limitField, namesField, single } from '../reading/query-fields';

const state = z.enum(['waiting', 'delivered', 'dead']);

/** The parameters of `GET /v1/webhook-deliveries`. */
export const deliveriesQuerySchema = z.strictObject({
  state: state.optional().meta({ description: 'In this state' }),
  endpoint: namesField('To these endpoints'),
  alert: namesField('Of these alerts'),
  suppressed: single
    .pipe(z.enum(['true', 'false']))
    .transform((text) => text === 'true')
    .meta({ description: 'Whether a replay or a rebuild met the fact once more' })
    .optional(),
  limit: limitField,
  cursor: cursorField,
});

export type DeliveriesQuery = z.output<typeof deliveriesQuerySchema>;

const deliverySchema = z.object({
  endpoint: z.string(),
  eventId: z.uuid().meta({ description: 'Also the webhook-id' }),
  position: positionSchema,
  type: z.string(),
  alert: z.string(),
  state: state.meta({ description: 'dead: given up' }),
  attempts: z.int(),
  dueAt: z.iso.datetime().nullable().meta({ description: 'Of the next attempt' }),
  status: z.int().nullable().meta({ description: 'Of the last answer' }),
  fault: z.string().nullable().meta({ description: 'Why the last attempt failed' }),
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  suppressions: z
    .array(z.object({ cause: z.string(), at: z.iso.datetime() }))
    .meta({ description: 'What met the fact once more, and did not send it once more' }),
});

export type Delivery = z.output<typeof deliverySchema>;

export const deliveriesAnswerSchema = z
  .object({ deliveries: z.array(deliverySchema), next: z.string().nullable() })
  .meta({ id: 'WebhookDeliveries' });

export type DeliveriesAnswer = z.output<typeof deliveriesAnswerSchema>;
