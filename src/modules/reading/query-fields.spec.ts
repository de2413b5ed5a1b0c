import { z } from 'zod';
import { faultsIn } from '../http/faults';
import { items, single } from './query-fields';

const query = z.strictObject({ from: single, projections: items });

const faultsOf = (given: object): unknown => {
  const { error } = query.safeParse(given);
  return error && faultsIn(query, error).map(({ path, message }) => `${path} ${message}`);
};

describe('a parameter', () => {
  it('that has to be there and is not, is asked for', () => {
    expect(faultsOf({})).toEqual(['from is required', 'projections is required']);
  });

  it('is given once, unless it is a list', () => {
    const twice = ['a', 'b'];
    expect(faultsOf({ from: twice, projections: twice })).toEqual(['from is to be given once']);
  });
});
