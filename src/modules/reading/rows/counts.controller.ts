import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiExcludeEndpoint } from '@nestjs/swagger';
import { isCounted } from '../../../projections/projection';
import type { Counted } from '../../../projections/projection';
import { Problem } from '../../http/problem';
import { countsQuerySchema } from '../projection.schemas';
import { countRequest } from './count-request';
import { answerOf } from './live-generation';
import type { GenerationAnswer } from './live-generation';
import { ReadModels } from './read-models';
import { RowReader } from './row-reader';

interface CountsAnswer extends GenerationAnswer {
  readonly total: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** How many rows read models have; beside the rows, so that no key is shadowed. */
@Controller('v1/counts')
export class CountsController {
  private readonly schemas: ReadonlyMap<string, ReturnType<typeof countsQuerySchema>>;

  constructor(
    private readonly models: ReadModels,
    private readonly reader: RowReader,
  ) {
    const counted = models.all.filter(isCounted);
    this.schemas = new Map(counted.map((one) => [one.name, countsQuerySchema(one)]));
  }

  @Get(':name')
  @ApiExcludeEndpoint() // the document is made from the registry
  async counts(@Param('name') name: string, @Query() query: unknown): Promise<CountsAnswer> {
    const projection = this.counted(name);
    const schema = this.schemas.get(name) ?? countsQuerySchema(projection);
    const request = countRequest(projection, schema, query);
    const { generation, counts } = await this.reader.counts(request);
    return {
      ...answerOf(projection, generation),
      total: [...counts.values()].reduce((sum, rows) => sum + rows, 0),
      counts: Object.fromEntries(counts),
    };
  }

  /** @throws Problem 404 for a name that nothing has, or whose rows are not counted. */
  private counted(name: string): Counted {
    const projection = this.models.named(name);
    if (isCounted(projection)) return projection;
    const known = this.models.all.filter(isCounted).map((one) => one.name);
    const detail = `the rows of ${name} are not counted; those of ${known.join(', ')} are`;
    throw new Problem(404, 'projection-not-counted', detail);
  }
}
