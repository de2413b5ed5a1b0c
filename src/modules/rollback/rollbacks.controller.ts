import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { idSchema } from '../../commands/fields';
import { parseInput } from '../http/faults';
import { jsonSchema } from '../http/openapi';
import { negotiated } from '../reading/negotiation';
import { rollbackMarkdown } from './report-markdown';
import { RollbackProgressReader } from './rollback-progress';
import { rollbackProgressSchema } from './rollback.schemas';
import type { RollbackProgress } from './rollback.schemas';

const parameters = z.strictObject({ rollbackId: idSchema });

/** Rollbacks as they go; they are started and steered by commands. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/rollbacks')
export class RollbacksController {
  constructor(private readonly progress: RollbackProgressReader) {}

  @Get(':rollbackId')
  @ApiOperation({ summary: 'How far a rollback is, step by step; as text/markdown its report' })
  @ApiParam({ name: 'rollbackId', schema: { type: 'string' } })
  @ApiOkResponse({
    description: 'Nine steps, each with time against budget and evidence',
    content: {
      'application/json': { schema: jsonSchema(rollbackProgressSchema) },
      'text/markdown': { schema: { type: 'string' } },
    },
  })
  async one(
    @Param() given: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RollbackProgress | string> {
    const { rollbackId } = parseInput(parameters, given);
    parseInput(z.strictObject({}), query);
    const type = negotiated(request.headers.accept, ['application/json', 'text/markdown']);
    const progress = await this.progress.read(rollbackId);
    void reply.header('vary', 'accept').type(`${type}; charset=utf-8`);
    return type === 'application/json' ? progress : rollbackMarkdown(progress);
  }
}
