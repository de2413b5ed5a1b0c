import { Injectable } from '@nestjs/common';
import { Companions } from '../command-bus/companions';
import { WebhookDeliveries } from './webhook-deliveries';

/** What goes with the words about webhooks: what became of the one that is named. */
@Injectable()
export class WebhookCompanions {
  constructor(deliveries: WebhookDeliveries, companions: Companions) {
    companions.register('resend-webhook', {
      issue: async (data, issue) => {
        const { endpoint, eventId } = data as {
          readonly endpoint: string;
          readonly eventId: string;
        };
        return issue({ delivery: await deliveries.one(endpoint, eventId) });
      },
    });
  }
}
