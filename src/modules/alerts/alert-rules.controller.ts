import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { parseInput } from '../http/faults';
import { rulesAnswerSchema } from './alert-rules.schemas';
import type { RulesAnswer } from './alert-rules.schemas';
import { RecordedRules } from './recorded-rules';

/** Rules of alerts; they are changed by commands. */
@ApiTags('operations')
@ApiBearerAuth('key')
@Controller('v1/alert-rules')
export class AlertRulesController {
  constructor(private readonly recorded: RecordedRules) {}

  @Get()
  @ApiOperation({
    summary: 'The alert rules in force: the default ones, as set-alert-rule left them',
  })
  @ApiOkResponse({ standardSchema: rulesAnswerSchema })
  async rules(@Query() query: unknown): Promise<RulesAnswer> {
    parseInput(z.strictObject({}), query);
    return { rules: await this.recorded.listed() };
  }
}
