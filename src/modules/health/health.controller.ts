import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/access';
import { HealthService } from './health.service';
import type { Health } from './check';

@ApiTags('operations')
@Controller('health')
@Public()
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get()
  @ApiOperation({ summary: 'Every part: healthy, degraded, or unhealthy (503)' })
  async overall(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return answered(reply, await this.health.overall());
  }

  @Get('live')
  @ApiOperation({ summary: 'Whether the process runs' })
  live(): { status: 'healthy'; pid: number } {
    return { status: 'healthy', pid: process.pid };
  }

  @Get('ready')
  @ApiOperation({ summary: 'Whether requests can be served; 503 while not' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<Health> {
    return answered(reply, await this.health.ready());
  }
}

const answered = (reply: FastifyReply, health: Health): Health => {
  void reply.status(health.status === 'unhealthy' ? 503 : 200);
  return health;
};
