import type { Projection } from '../../../projections/projection';

/** JSON knows no bigint: it goes as a decimal string. */
const wire = (value: unknown): unknown => {
  if (typeof value === 'bigint') return value.toString();
  return Array.isArray(value) ? value.map(wire) : value;
};

/** A row in folds' terms as it is answered. */
export const presentedRow = (
  projection: Projection,
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> => {
  const answered: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(projection.present(row))) answered[name] = wire(value);
  return answered;
};
