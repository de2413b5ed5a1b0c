import { Controller, Get, Res, applyDecorators } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { z } from 'zod';
import { Public } from '../auth/access';
import type { Health, OverallHealth } from './check';
import { healthSchema, liveSchema, overallHealthSchema } from './health.schemas';
import { HealthService } from './health.service';

const Answers = (standardSchema: z.ZodType, summary: string): MethodDecorator =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiOkResponse({ standardSchema, description: 'Healthy, or degraded: it serves' }),
    ApiResponse({ status: 503, standardSchema, description: 'Unhealthy: it does not serve' }),
  );

@ApiTags('operations')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @Answers(overallHealthSchema, 'Every part: healthy, degraded, or unhealthy (503)')
  async overall(@Res({ passthrough: true }) reply: FastifyReply): Promise<OverallHealth> {
    return answered(reply, await this.health.overall());
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  @ApiOkResponse({ standardSchema: liveSchema })
  live(): { status: 'healthy'; pid: number } {
    return { status: 'healthy', pid: process.pid };
  }

  @Get('ready')
  @Answers(healthSchema, 'Whether requests can be served; 503 while not')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return answered(reply, await this.health.ready());
  }

  @Get('flow')
  @Answers(healthSchema, 'The flows: commands, executions, their error rate in the last hour')
  async flow(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return answered(reply, await this.health.area('flow'));
  }

  @Get('rag')
  @Answers(healthSchema, 'The style memory: its index and what searches it')
  async rag(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return answered(reply, await this.health.area('rag'));
  }

  @Get('roi')
  @Answers(healthSchema, 'Costs and benefits: prices, totals, calls without a price')
  async roi(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return answered(reply, await this.health.area('roi'));
  }
}

const answered = <H extends Health>(reply: FastifyReply, health: H): H => {
  void reply.status(health.status === 'unhealthy' ? 503 : 200);
  return health;
};
