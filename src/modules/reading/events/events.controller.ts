import type { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Query, Req, Res } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { parseInput } from '../../http/faults';
import { Problem } from '../../http/problem';
import { ApiPageOf } from '../api-page';
import { ApiQueryOf } from '../api-query';
import {
  countsAnswerSchema,
  countsQuerySchema,
  eventQuerySchema,
  eventSchema,
  eventsAnswerSchema,
  eventsQuerySchema,
  tailQuerySchema,
} from '../event.schemas';
import type { EventCounts } from '../event.schemas';
import { Opening } from '../../personal/opening';
import { negotiated } from '../negotiation';
import { OpenStreams } from '../open-streams';
import { positionField } from '../query-fields';
import { EventLog } from './event-log';
import { namesOf } from './event-scope';
import { EventSections, lineTexts, pageText } from './event-sections';
import { EventTail } from './event-tail';
import { eventText } from './event-text';

const positionParameter = z.strictObject({ position: positionField });
// An empty one is what a reader has that has heard of no event: the standard takes it for none.
const tailHeaders = z.object({
  'last-event-id': z.preprocess(
    (text) => (text === '' ? undefined : text),
    positionField.optional(),
  ),
});

/** The ledger, read. */
@ApiTags('events')
@ApiBearerAuth('key')
@Controller('v1/events')
export class EventsController {
  constructor(
    private readonly log: EventLog,
    private readonly sections: EventSections,
    private readonly events: EventTail,
    private readonly streams: OpenStreams,
    private readonly opening: Opening,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Events of a scope, by position; as application/x-ndjson all of them' })
  @ApiQueryOf(eventsQuerySchema)
  @ApiPageOf(eventsAnswerSchema, 'A page of them')
  async page(
    @Query() query: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string | Readable> {
    const section = await this.sections.ofScope(parseInput(eventsQuerySchema, query));
    const type = negotiated(request.headers.accept, ['application/json', 'application/x-ndjson']);
    void reply.header('vary', 'accept').header('x-flowledger-position', String(section.end));
    void reply.type(`${type}; charset=utf-8`);
    if (type === 'application/json') return `{${await pageText(section)}}`;
    return this.streams.stream(request, reply, () => lineTexts(section));
  }

  @Get('counts')
  @ApiOperation({ summary: 'How many events of each type a scope has' })
  @ApiQueryOf(countsQuerySchema)
  @ApiOkResponse({ standardSchema: countsAnswerSchema })
  counts(@Query() query: unknown): Promise<EventCounts> {
    return this.sections.countsOf(parseInput(countsQuerySchema, query));
  }

  @Get('tail')
  @ApiOperation({ summary: 'Events as they are recorded, as server-sent events' })
  @ApiHeader({ name: 'Last-Event-ID', description: 'Go on behind this position', required: false })
  @ApiQueryOf(tailQuerySchema)
  @ApiOkResponse({
    description: 'id: position, event: type, data: the event as JSON',
    content: { 'text/event-stream': { schema: { type: 'string' } } },
  })
  async tail(
    @Query() query: unknown,
    @Headers() headers: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Readable> {
    const { after: asked, ...names } = parseInput(tailQuerySchema, query);
    const { 'last-event-id': last } = parseInput(tailHeaders, headers);
    const end = await this.log.end();
    const named = last ?? asked; // a browser that comes back sends its first URL again
    const after = named ?? end;
    if (after > end) throw ahead(after, end);
    const beginning = { after, isNamed: named !== undefined };
    void reply
      .type('text/event-stream; charset=utf-8')
      .header('cache-control', 'no-cache, no-transform')
      .header('x-accel-buffering', 'no');
    return this.streams.stream(
      request,
      reply,
      (signal) => this.events.follow(namesOf(names), beginning, signal),
      { endless: true },
    );
  }

  @Get(':position')
  @ApiOperation({ summary: 'One event' })
  @ApiParam({ name: 'position', schema: { type: 'string', pattern: '^\\d+$' } })
  @ApiQueryOf(eventQuerySchema)
  @ApiOkResponse({ standardSchema: eventSchema })
  async one(
    @Param() parameters: unknown,
    @Query() query: unknown,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { position } = parseInput(positionParameter, parameters);
    const { sealed = false } = parseInput(eventQuerySchema, query);
    const event = await this.log.one(position);
    if (event === undefined) {
      throw new Problem(404, 'event-unknown', `there is no event at position ${position}`);
    }
    void reply.type('application/json; charset=utf-8');
    const [opened = event] = sealed ? [event] : await this.opening.texts([event]);
    return eventText(opened);
  }
}

const ahead = (after: bigint, end: bigint): Problem =>
  new Problem(400, 'position-ahead', `position ${after} lies ahead: the ledger ends at ${end}`);
