import type { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseInput } from '../../http/faults';
import { jsonSchema } from '../../http/openapi';
import { differenceLineSchema } from '../../rebuild/diff/diff.schemas';
import { ApiQueryOf } from '../api-query';
import { negotiated } from '../negotiation';
import { OpenStreams } from '../open-streams';
import { ReadModels } from '../rows/read-models';
import { momentDiffQuerySchema, momentDiffSchema } from './moment-diff.schemas';
import { MomentDiffs } from './moment-diffs';

/** Two moments of a read model, compared; beside its rows, so that no key is shadowed. */
@ApiTags('projections')
@ApiBearerAuth('key')
@Controller('v1/diff')
export class MomentDiffsController {
  constructor(
    private readonly models: ReadModels,
    private readonly diffs: MomentDiffs,
    private readonly streams: OpenStreams,
  ) {}

  @Get(':projection')
  @ApiOperation({
    summary: 'How a read model differs between two moments; as application/x-ndjson every row',
  })
  @ApiParam({ name: 'projection', schema: { type: 'string' } })
  @ApiQueryOf(momentDiffQuerySchema)
  @ApiOkResponse({
    description: 'Counts, sums and samples, or every row that differs',
    content: {
      'application/json': { schema: jsonSchema(momentDiffSchema) },
      'application/x-ndjson': { schema: jsonSchema(differenceLineSchema) },
    },
  })
  async diff(
    @Param('projection') name: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const projection = this.models.named(name); // an unknown name is told before a fault of its query
    const { from, to } = parseInput(momentDiffQuerySchema, query);
    const type = negotiated(request.headers.accept, ['application/json', 'application/x-ndjson']);
    const moments = await this.diffs.moments(projection, from, to);
    const text = await this.streams.stream(request, reply, (signal) =>
      type === 'application/json'
        ? this.diffs.summary(moments, signal)
        : this.diffs.lines(moments, signal),
    );
    void reply
      .header('vary', 'accept')
      .header('x-flowledger-from', String(moments.before))
      .header('x-flowledger-to', String(moments.after))
      .type(`${type}; charset=utf-8`);
    return text;
  }
}
