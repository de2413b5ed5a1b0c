import type { Projection } from '../../../projections/projection';
import { malformed } from '../../http/faults';
import type { Problem } from '../../http/problem';
import { itemsOf } from '../comma-list';
import { scalarOf, shownColumns } from './row-columns';

const refuse = (message: string): Problem => malformed([{ path: 'key', message }]);

/**
 * The values of a row's keys, as one text names them: an entity's key as it is, those of totals in
 * their order with commas between (and `\,` for a comma within one).
 *
 * @throws Problem 400 for too many or too few, or a value that is none of its column.
 */
export const keyOf = (projection: Projection, text: string): string[] => {
  const keys = shownColumns(projection).filter(({ isKey }) => isKey);
  const values = projection.kind === 'entity' ? [text] : itemsOf(text);
  const names = keys.map(({ name }) => name).join(',');
  if (values.length !== keys.length) throw refuse(`is ${names}, with commas between`);
  return keys.map((column, index) => {
    const value = values[index] ?? '';
    const read = scalarOf(column)?.read(value);
    if (read !== undefined) return read;
    const expected = scalarOf(column)?.expected ?? '';
    throw refuse(`${column.name}: ${JSON.stringify(value)} is not ${expected}`);
  });
};
