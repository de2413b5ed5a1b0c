import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { parseInput } from '../http/faults';
import { ApiProblem } from '../http/openapi';
import { ApiQueryOf } from '../reading/api-query';
import { parkedAnswerSchema, parkedQuerySchema } from './parked.schemas';
import type { ParkedAnswer } from './parked.schemas';
import { ParkedStreams } from './parked-streams';

/** What projections could not apply. It is no fold of the ledger: another code may apply it. */
@ApiTags('projections')
@ApiBearerAuth('key')
@Controller('v1/projections/parked-streams')
export class ParkedStreamsController {
  constructor(private readonly streams: ParkedStreams) {}

  @Get()
  @ApiOperation({ summary: 'Streams with events that a projection could not apply, and why' })
  @ApiQueryOf(parkedQuerySchema)
  @ApiOkResponse({ standardSchema: parkedAnswerSchema })
  @ApiProblem(404, 'No such projection')
  rows(@Query() query: unknown): Promise<ParkedAnswer> {
    return this.streams.page(parseInput(parkedQuerySchema, query));
  }
}
