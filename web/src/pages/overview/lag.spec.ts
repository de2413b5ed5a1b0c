import { lagText } from './lag';

test.each([
  [{ events: 0, seconds: 0 }, 'none'],
  [{ events: 1, seconds: 0.25 }, '1 event · 250 ms'],
  [{ events: 1_200, seconds: 3 }, /^1,200 events · 3(\.0+)? s$/],
])('a lag of %j is told with its units', (lag, told) => {
  expect(lagText(lag)).toEqual(typeof told === 'string' ? told : expect.stringMatching(told));
});
