import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { idSchema } from '../../commands/fields';
import type { Row } from '../../projections/deployments/deployments.columns';
import { malformed, parseInput } from '../http/faults';
import type { Problem } from '../http/problem';
import { jsonSchema } from '../http/openapi';
import { ApiQueryOf } from '../reading/api-query';
import { negotiated } from '../reading/negotiation';
import { rowQuerySchema } from '../reading/projection.schemas';
import { ProjectionRow } from '../reading/rows/projection-queries';
import { comparisonQuerySchema, comparisonSchema } from './comparison/comparison.schemas';
import type { Comparison } from './comparison/comparison.schemas';
import { DeploymentComparisons } from './comparison/deployment-comparisons';
import { deploymentReportSchema, reportOf } from './deployment-report';
import type { DeploymentReport } from './deployment-report';
import { reportMarkdown } from './report-markdown';

const parameters = z.strictObject({ deploymentId: idSchema });

const withItself = (deploymentId: string): Problem =>
  malformed([{ path: 'with', message: `${deploymentId} is the same deployment: name another` }]);

/** Reports and comparisons of deployments; they are steered by commands. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/deployments')
export class DeploymentsController {
  constructor(
    private readonly bus: QueryBus,
    private readonly comparisons: DeploymentComparisons,
  ) {}

  @Get(':deploymentId/report')
  @ApiOperation({
    summary: 'All of a deployment: plan, decision, sign-offs, gates, checklist, timeline',
  })
  @ApiParam({ name: 'deploymentId', schema: { type: 'string' } })
  @ApiQueryOf(rowQuerySchema)
  @ApiOkResponse({
    description: 'The report, for programs or for people',
    content: {
      'application/json': { schema: jsonSchema(deploymentReportSchema) },
      'text/markdown': { schema: { type: 'string' } },
    },
  })
  async report(
    @Param() given: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DeploymentReport | string> {
    const { deploymentId } = parseInput(parameters, given);
    const { minPosition = null, asOf = null } = parseInput(rowQuerySchema, query);
    const type = negotiated(request.headers.accept, ['application/json', 'text/markdown']);
    const asked = new ProjectionRow('deployments', deploymentId, { minPosition, asOf });
    const { row, position } = await this.bus.execute(asked);
    const report = reportOf(row as unknown as Row, position);
    void reply.header('vary', 'accept').type(`${type}; charset=utf-8`);
    return type === 'application/json' ? report : reportMarkdown(report);
  }

  @Get(':deploymentId/comparison')
  @ApiOperation({
    summary: 'Two deployments side by side, by what was recorded under each, with sample counts',
  })
  @ApiParam({ name: 'deploymentId', schema: { type: 'string' } })
  @ApiQueryOf(comparisonQuerySchema)
  @ApiOkResponse({ standardSchema: comparisonSchema })
  comparison(@Param() given: unknown, @Query() query: unknown): Promise<Comparison> {
    const { deploymentId } = parseInput(parameters, given);
    const { with: other, ...moment } = parseInput(comparisonQuerySchema, query);
    if (other === deploymentId) throw withItself(other);
    const { minPosition = null, asOf = null } = moment;
    return this.comparisons.of([deploymentId, other], { minPosition, asOf });
  }
}
