import { inUnits, measureOf } from './alert';

test.each([
  ['error-rate', 6.25, '6.25 %'],
  ['roi-multiplier', 0.998, '0.998×'],
  ['style-query-p95', 1_204, '1,204 ms'],
  ['style-query-p95', null, '–'],
  ['something-new', 12, '12'],
])('%s of %p is %s', (measure, value, text) => {
  expect(inUnits(measure, value)).toBe(text);
});

test('a measure that is not known goes by its name', () => {
  expect(measureOf('something-new')).toMatchObject({ title: 'something-new', types: [] });
});
