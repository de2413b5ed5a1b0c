import { Module } from '@nestjs/common';
import { ReadingModule } from '../reading/reading.module';
import { Courier } from './courier.service';
import { WebhookCompanions } from './webhook-companions';
import { WebhookDeliveries } from './webhook-deliveries';
import { WebhookDeliveriesController } from './webhook-deliveries.controller';

/** Tells others of alerts over HTTP. */
@Module({
  imports: [ReadingModule],
  controllers: [WebhookDeliveriesController],
  providers: [Courier, WebhookCompanions, WebhookDeliveries],
})
export class WebhooksModule {}
