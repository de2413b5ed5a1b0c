import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseInput } from '../http/faults';
import { ApiQueryOf } from '../reading/api-query';
import { deliveriesAnswerSchema, deliveriesQuerySchema } from './webhook.schemas';
import type { DeliveriesAnswer } from './webhook.schemas';
import { WebhookDeliveries } from './webhook-deliveries';

/** What became of webhooks. It is no fold of the ledger: whether one arrived is no fact of the domain. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/webhook-deliveries')
export class WebhookDeliveriesController {
  constructor(private readonly deliveries: WebhookDeliveries) {}

  @Get()
  @ApiOperation({ summary: 'Webhooks of alerts: sent, waiting, given up, and not sent twice' })
  @ApiQueryOf(deliveriesQuerySchema)
  @ApiOkResponse({ standardSchema: deliveriesAnswerSchema })
  page(@Query() query: unknown): Promise<DeliveriesAnswer> {
    return this.deliveries.page(parseInput(deliveriesQuerySchema, query));
  }
}
