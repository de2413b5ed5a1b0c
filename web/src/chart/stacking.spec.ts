import { stacked } from './stacking';

test('bars stand on one another', () => {
  expect(
    stacked([
      [1, 2],
      [10, 0],
      [5, 5],
    ]),
  ).toEqual([
    [1, 2],
    [11, 2],
    [16, 7],
  ]);
});

test('what there is nothing to tell of takes no room', () => {
  expect(
    stacked([
      [1, null],
      [null, 3],
    ]),
  ).toEqual([
    [1, 0],
    [1, 3],
  ]);
});
