import { z } from 'zod';

/** Current shape of the data of every event of `webhook-<endpoint>`: what operators asked of the courier. */
export const webhookEventSchemas = {
  /** A webhook that was given up is to be sent again. */
  WebhookResendRequested: z.object({
    endpoint: z.string(),
    /** The fact that it tells of. */
    eventId: z.string(),
    alert: z.string(),
    /** How often it had been tried: a request is about that time of being given up, and no later one. */
    attempts: z.int(),
    reason: z.string().nullable(),
  }),
} as const;
