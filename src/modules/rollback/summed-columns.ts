import type { Projection } from '../../projections/projection';
import { columnsOf, streamVersion } from '../projector/table';
import type { TableColumn } from '../projector/table';

const numbers: ReadonlySet<string> = new Set([
  'integer',
  'bigint',
  'numeric(38,0)',
  'double precision',
]);

/** The columns whose sums say something: no keys, no places in a stream, no packed histograms. */
export const summedColumnsOf = (projection: Projection): TableColumn[] =>
  columnsOf(projection).filter(
    ({ name, type, isKey, merge }) =>
      numbers.has(type) && !isKey && name !== streamVersion && (merge ?? 'sum') === 'sum',
  );
