import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { idSchema } from '../../commands/fields';
import { parseInput } from '../http/faults';
import { ReplayProgressReader } from './replay-progress';
import { replayProgressSchema } from './replay.schemas';
import type { ReplayProgress } from './replay.schemas';

const parameters = z.strictObject({ replayId: idSchema });

/** Replays as they go; they are started and steered by commands. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/replays')
export class ReplaysController {
  constructor(private readonly progress: ReplayProgressReader) {}

  @Get(':replayId')
  @ApiOperation({ summary: 'How far a replay is' })
  @ApiParam({ name: 'replayId', schema: { type: 'string' } })
  @ApiOkResponse({ standardSchema: replayProgressSchema })
  async one(@Param() given: unknown, @Query() query: unknown): Promise<ReplayProgress> {
    const { replayId } = parseInput(parameters, given);
    parseInput(z.strictObject({}), query);
    return this.progress.read(replayId);
  }
}
