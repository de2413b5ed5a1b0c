import type { BulkTarget } from './bulk-job';
import type { BulkTables } from './bulk-tables';
import { EntityTables } from './entity-tables';
import { TotalsTables } from './totals-tables';

/** @param isPart whether events of a stream may be missing: then versions only grow. */
export const bulkTablesOf = (
  { generation, projection }: BulkTarget,
  isPart: boolean,
): BulkTables =>
  projection.kind === 'entity'
    ? new EntityTables(generation, projection, isPart)
    : new TotalsTables(generation, projection);
