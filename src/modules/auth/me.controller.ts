import { Controller, Get, Query, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseInput } from '../http/faults';
import { roles } from './access';
import type { Caller } from './access';
import { callerOf } from './auth.guard';

const meSchema = z
  .object({
    name: z.string().meta({ description: 'As events tell it: `actor`' }),
    role: z.enum(roles),
  })
  .meta({ id: 'Me' });

/** Whoever asks, so that a client offers only what its key may do. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/me')
export class MeController {
  @Get()
  @ApiOperation({ summary: 'Who holds the key of this request, and in which role' })
  @ApiOkResponse({ standardSchema: meSchema })
  me(@Query() query: unknown, @Req() request: FastifyRequest): Caller {
    parseInput(z.strictObject({}), query);
    return callerOf(request);
  }
}
