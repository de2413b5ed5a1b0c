import type { Readable } from 'node:stream';
import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseInput } from '../../http/faults';
import { ApiPageOf } from '../api-page';
import { ApiQueryOf } from '../api-query';
import { streamAnswerSchema, streamQuerySchema } from '../event.schemas';
import { negotiated } from '../negotiation';
import { OpenStreams } from '../open-streams';
import { isStorable } from '../query-fields';
import { EventSections, lineTexts, pageText } from './event-sections';

const streamParameter = z.strictObject({
  stream: z.string().max(256).refine(isStorable, 'is not the name of a stream'),
});

/** One stream of the ledger, read. */
@ApiTags('events')
@ApiBearerAuth('key')
@Controller('v1/streams')
export class StreamsController {
  constructor(
    private readonly sections: EventSections,
    private readonly streams: OpenStreams,
  ) {}

  @Get(':stream')
  @ApiOperation({ summary: 'Events of a stream, by version; as application/x-ndjson all of them' })
  @ApiParam({ name: 'stream', description: 'Such as execution-42', schema: { type: 'string' } })
  @ApiQueryOf(streamQuerySchema)
  @ApiPageOf(streamAnswerSchema, 'ETag is the version')
  async page(
    @Param() parameters: unknown,
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Readable> {
    const { stream } = parseInput(streamParameter, parameters);
    const section = await this.sections.ofStream(stream, parseInput(streamQuerySchema, query));
    const type = negotiated(request.headers.accept, ['application/json', 'application/x-ndjson']);
    void reply.header('vary', 'accept').header('etag', `"${section.end}"`);
    void reply.type(`${type}; charset=utf-8`);
    if (type === 'application/json') {
      const page = await pageText(section);
      return `{"stream":${JSON.stringify(stream)},"version":${section.end},${page}}`;
    }
    return this.streams.stream(request, reply, () => lineTexts(section));
  }
}
