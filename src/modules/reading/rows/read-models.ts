import { Inject, Injectable } from '@nestjs/common';
import type { Projection } from '../../../projections/projection';
import { unknownName } from '../../http/known-names';
import { Problem } from '../../http/problem';
import { PROJECTIONS } from '../../projector/projections.token';
import { rowsQuerySchema } from '../projection.schemas';
import { rowsRequest } from './row-request';
import type { RowsRequest } from './row-request';

/** The registry of projections, as the routes ask for it. */
@Injectable()
export class ReadModels {
  private readonly schemas: ReadonlyMap<string, ReturnType<typeof rowsQuerySchema>>;

  constructor(@Inject(PROJECTIONS) readonly all: readonly Projection[]) {
    this.schemas = new Map(all.map((projection) => [projection.name, rowsQuerySchema(projection)]));
  }

  /** @throws Problem 404 for a name that nothing has. */
  named(name: string): Projection {
    const projection = this.all.find((candidate) => candidate.name === name);
    if (projection !== undefined) return projection;
    const known = this.all.map((candidate) => candidate.name);
    const message = unknownName('projection', name, known);
    throw new Problem(404, 'projection-unknown', `${name}: ${message}`);
  }

  /** @throws Problem 404 for an unknown name, 400 with every fault of the query string. */
  request(name: string, query: unknown): RowsRequest {
    const projection = this.named(name);
    const schema = this.schemas.get(name) ?? rowsQuerySchema(projection);
    return rowsRequest(projection, schema, query);
  }
}
