import type { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { idSchema } from '../../commands/fields';
import { parseInput } from '../http/faults';
import { ApiProblem, jsonSchema } from '../http/openapi';
import { ApiQueryOf } from '../reading/api-query';
import { scopeFields } from '../reading/event.schemas';
import { negotiated } from '../reading/negotiation';
import { OpenStreams } from '../reading/open-streams';
import { items } from '../reading/query-fields';
import { differenceLineSchema } from './diff/diff.schemas';
import { RebuildDiffs } from './rebuild-diffs';
import { RebuildPlans } from './rebuild-plan';
import { RebuildProgressReader } from './rebuild-progress';
import { rebuildDiffSchema, rebuildPlanSchema, rebuildProgressSchema } from './rebuild.schemas';
import type { RebuildPlan, RebuildProgress } from './rebuild.schemas';

const parameters = z.strictObject({ rebuildId: idSchema });
const planQuery = z.strictObject({
  projections: items.meta({ description: 'Which, comma-separated' }),
  ...scopeFields,
});

/** Rebuilds as they go; they are started and steered by commands. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/rebuilds')
export class RebuildsController {
  constructor(
    private readonly progress: RebuildProgressReader,
    private readonly plans: RebuildPlans,
    private readonly diffs: RebuildDiffs,
    private readonly streams: OpenStreams,
  ) {}

  @Get('plan')
  @ApiOperation({ summary: 'What a rebuild would take, before anything is written' })
  @ApiQueryOf(planQuery)
  @ApiOkResponse({ standardSchema: rebuildPlanSchema })
  @ApiProblem(404, 'No such projection')
  async plan(@Query() query: unknown): Promise<RebuildPlan> {
    const { projections, ...scope } = parseInput(planQuery, query);
    return this.plans.of(projections, scope);
  }

  @Get(':rebuildId')
  @ApiOperation({ summary: 'How far a rebuild is' })
  @ApiParam({ name: 'rebuildId', schema: { type: 'string' } })
  @ApiOkResponse({ standardSchema: rebuildProgressSchema })
  async one(@Param() given: unknown, @Query() query: unknown): Promise<RebuildProgress> {
    const { rebuildId } = parseInput(parameters, given);
    parseInput(z.strictObject({}), query);
    return this.progress.read(rebuildId);
  }

  @Get(':rebuildId/diff')
  @ApiOperation({
    summary:
      'How what a rebuild made differs from what was live; as application/x-ndjson every row',
  })
  @ApiParam({ name: 'rebuildId', schema: { type: 'string' } })
  @ApiOkResponse({
    description: 'Counts, sums and samples, or every row that differs',
    content: {
      'application/json': { schema: jsonSchema(rebuildDiffSchema) },
      'application/x-ndjson': { schema: jsonSchema(differenceLineSchema) },
    },
  })
  @ApiProblem(409, 'Nothing was compared; or, of every row, what was compared is dropped')
  async diff(
    @Param() given: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const { rebuildId } = parseInput(parameters, given);
    parseInput(z.strictObject({}), query);
    const type = negotiated(request.headers.accept, ['application/json', 'application/x-ndjson']);
    const text =
      type === 'application/json'
        ? await this.diffs.summary(rebuildId)
        : await this.diffs.lines(rebuildId);
    void reply.header('vary', 'accept').type(`${type}; charset=utf-8`);
    return this.streams.stream(request, reply, text);
  }
}
