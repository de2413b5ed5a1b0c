import { Body, Controller, Get, HttpCode, Post, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiBody,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { For } from '../auth/access';
import { callerOf } from '../auth/auth.guard';
import { envelopeOf } from '../command-bus/command-headers';
import { correlationOf } from '../http/correlation';
import { parseBody, parseInput } from '../http/faults';
import { ApiProblem, jsonSchema } from '../http/openapi';
import { ApiQueryOf } from '../reading/api-query';
import {
  styleAnswerSchema,
  styleQuerySchema,
  styleStatsQuerySchema,
  styleStatsSchema,
} from './style-memory.schemas';
import type { StyleAnswer, StyleStats } from './style-memory.schemas';
import { StyleMemory } from './style-memory.service';

/** The style memory as agents ask it. What it holds is changed by commands. */
@ApiTags('style memory')
@ApiBearerAuth('key')
@Controller('v1/style-memory')
export class StyleMemoryController {
  constructor(private readonly memory: StyleMemory) {}

  @Post('query')
  @HttpCode(200)
  @For('service', 'operator')
  @ApiOperation({ summary: 'The paragraphs that fit a text best; the query is recorded' })
  @ApiHeader({
    name: 'Idempotency-Key',
    description: 'Repeating it with the same query records it once, and answers with its position',
    required: false,
  })
  @ApiHeader({
    name: 'X-Deployment-Id',
    description: 'The deployment to record under, instead of the active one',
    required: false,
  })
  @ApiHeader({
    name: 'X-Correlation-Id',
    description: 'Kept in the event, the answer and the logs',
    required: false,
  })
  @ApiBody({ schema: jsonSchema(styleQuerySchema, 'input') })
  @ApiOkResponse({ standardSchema: styleAnswerSchema })
  @ApiProblem(404, 'No such execution')
  @ApiProblem(409, 'The execution is void')
  @ApiProblem(422, 'Idempotency-Key used before with another query')
  query(@Body() body: unknown, @Req() request: FastifyRequest): Promise<StyleAnswer> {
    const { deploymentId, idempotencyKey, faults } = envelopeOf(request);
    return this.memory.query(parseBody(styleQuerySchema, body, faults), {
      caller: callerOf(request),
      deploymentId,
      idempotencyKey,
      correlationId: correlationOf(request),
      span: request.span,
    });
  }

  @Get('stats')
  @ApiOperation({ summary: 'How much the style memory holds, and how it is used' })
  @ApiQueryOf(styleStatsQuerySchema)
  @ApiOkResponse({ standardSchema: styleStatsSchema })
  async stats(@Query() query: unknown): Promise<StyleStats> {
    return this.memory.stats(parseInput(styleStatsQuerySchema, query));
  }
}
