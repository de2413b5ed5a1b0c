import type { EventsOf } from '../../events';
import type { webhookEventSchemas } from '../../events/webhook.events';
import { refuse } from '../decider';
import type { Decider } from '../decider';
import type { WebhookCommand } from './webhook.commands';

export type WebhookEvent = EventsOf<typeof webhookEventSchemas>;
type WebhookRefusal = 'webhook-unknown' | 'webhook-not-dead';

/** What became of a webhook so far. */
export interface WebhookDelivery {
  readonly state: 'waiting' | 'delivered' | 'dead';
  readonly attempts: number;
  readonly alert: string;
}

/** What a word about a webhook knows besides its own stream. */
export interface WebhookContext {
  /** Null where the endpoint was never told of this fact. */
  readonly delivery: WebhookDelivery | null;
}

const because: Readonly<Record<Exclude<WebhookDelivery['state'], 'dead'>, string>> = {
  waiting: 'it waits for its next attempt, and is sent by itself',
  delivered: 'it was taken, and what was taken is never sent again',
};

/** Nothing is remembered: what became of webhooks is told by the courier's own records. */
export const webhook: Decider<null, WebhookCommand, WebhookEvent, WebhookRefusal, WebhookContext> =
  {
    initialState: null,
    evolve: (state) => state,
    decide: ({ endpoint, eventId, reason = null }, _state, { delivery }) => {
      if (delivery === null) {
        return refuse('webhook-unknown', `${endpoint} has no webhook of the event ${eventId}`);
      }
      const { state, attempts, alert } = delivery;
      if (state !== 'dead') return refuse('webhook-not-dead', because[state]);
      const data = { endpoint, eventId, alert, attempts, reason };
      return [{ type: 'WebhookResendRequested', data }];
    },
  };
