import { z } from 'zod';
import { command } from '../command';
import type { CommandOf } from '../command';
import { printableSchema, reasonSchema } from '../fields';

/** A host of 253 characters, a port, and the mark that names of receivers have behind them. */
const longestEndpoint = 300;

export const webhookCommands = {
  ResendWebhook: command({
    summary: 'Have a webhook sent again that was given up; one that was taken is never sent again',
    schema: z.strictObject({
      /** As `GET /v1/webhook-deliveries` names it. */
      endpoint: printableSchema(longestEndpoint),
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
