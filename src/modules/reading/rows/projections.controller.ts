import type { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import {
  ApiBearerAuth,
  ApiExcludeEndpoint,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseInput } from '../../http/faults';
import { negotiated } from '../negotiation';
import { OpenStreams } from '../open-streams';
import { projectionsAnswerSchema, rowQuerySchema } from '../projection.schemas';
import type { ProjectionsAnswer } from '../projection.schemas';
import { ProjectionList, ProjectionRow, ProjectionRows } from './projection-queries';
import type { RowAnswer, RowsAnswer } from './projection-queries';
import { ReadModels } from './read-models';
import { exportPage, exportTypes, exported } from './row-export';
import type { ExportType } from './row-export';
import { RowReader } from './row-reader';
import type { RowsRequest } from './row-request';

/** One route for every read model: names and columns come from the registry. */
@ApiTags('projections')
@ApiBearerAuth('key')
@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    private readonly bus: QueryBus,
    private readonly models: ReadModels,
    private readonly reader: RowReader,
    private readonly streams: OpenStreams,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every read model, and how it stands to the ledger' })
  @ApiOkResponse({ standardSchema: projectionsAnswerSchema })
  list(@Query() query: unknown): Promise<ProjectionsAnswer> {
    parseInput(z.strictObject({}), query);
    return this.bus.execute(new ProjectionList());
  }

  @Get(':name')
  @ApiExcludeEndpoint() // the document is made from the registry
  async rows(
    @Param('name') name: string,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RowsAnswer | Readable> {
    const rows = this.models.request(name, query);
    void reply.header('vary', 'accept');
    const type = negotiated(request.headers.accept, ['application/json', ...exportTypes]);
    if (type === 'application/json') return this.bus.execute(new ProjectionRows(rows));
    return this.export(rows, type, request, reply);
  }

  @Get(':name/:key')
  @ApiExcludeEndpoint()
  row(
    @Param('name') name: string,
    @Param('key') key: string,
    @Query() query: unknown,
  ): Promise<RowAnswer> {
    this.models.named(name); // an unknown name is told before a fault of its query
    const { minPosition = null, asOf = null } = parseInput(rowQuerySchema, query);
    return this.bus.execute(new ProjectionRow(name, key, { minPosition, asOf }));
  }

  /** The first page is read before anything is sent, so what is wrong with the query is still told. */
  private async export(
    rows: RowsRequest,
    type: ExportType,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Readable> {
    const first = await this.reader.page(rows, rows.limit ?? exportPage);
    void reply
      .type(`${type}; charset=utf-8`)
      .header('x-flowledger-position', first.generation.position);
    return this.streams.stream(request, reply, () => exported(this.reader, rows, first, type));
  }
}
