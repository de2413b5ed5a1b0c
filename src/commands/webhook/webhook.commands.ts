import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { nameSchema, reasonSchema } from '../fields';

export const webhookCommands = {
  ResendWebhook: command({
    summary: 'Have a webhook sent again that was given up; one that was taken is never sent again',
    schema: z.strictObject({
      /** As `GET /v1/webhook-deliveries` names it. */
      endpoint: nameSchema,
      eventId: z.uuid(),
      reason: reasonSchema,
    }),
    opens: true,
    role: 'operator',
  }),
};

export type WebhookCommand = CommandOf<typeof webhookCommands>;

/** An endpoint is named by its host, and that of IPv6 has brackets, which no stream has. */
export const webhookStreamId = (endpoint: string): string => endpoint.replace(/[[\]]/g, '');
