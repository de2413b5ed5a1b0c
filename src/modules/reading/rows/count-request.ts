import type { Counted } from '../../../projections/projection';
import { parseInput } from '../../http/faults';
import type { TableColumn } from '../../projector/table';
import type { countsQuerySchema } from '../projection.schemas';
import { shownColumns } from './row-columns';
import { filtersOf } from './row-request';
import type { RowsRequest } from './row-request';

/** Which rows of a projection are counted, and by what. */
export interface CountRequest extends Pick<
  RowsRequest,
  'projection' | 'filters' | 'from' | 'to' | 'minPosition' | 'asOf'
> {
  /** The column by whose values rows are counted. */
  readonly by: TableColumn;
}

/**
 * The counts that the query string of `GET /v1/counts/<name>` asks for.
 *
 * @throws Problem 400 with every fault.
 */
export const countRequest = (
  projection: Counted,
  schema: ReturnType<typeof countsQuerySchema>,
  query: unknown,
): CountRequest => {
  const parsed = parseInput(schema, query);
  const { from = null, to = null, minPosition = null, asOf = null } = parsed;
  const columns = shownColumns(projection);
  const by = columns.find(({ name }) => name === parsed.by);
  if (by === undefined) throw new Error(`${projection.name} has no column ${parsed.by}`);
  return { projection, by, filters: filtersOf(parsed, columns), from, to, minPosition, asOf };
};
