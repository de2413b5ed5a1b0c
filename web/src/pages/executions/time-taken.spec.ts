import { timeTaken } from './time-taken';

const silent = {
  startedAt: '2026-11-28T10:00:00.000Z',
  updatedAt: '2026-11-28T10:00:00.130Z',
  endedAt: null,
};

test('one that is under way goes on, however long nothing is heard of it', () => {
  expect(timeTaken(silent, '2026-11-28T12:00:00.000Z')).toBe(7_200_000);
});

test('what was heard of it behind the minute, or before the moment is known, counts', () => {
  expect([timeTaken(silent, '2026-11-28T10:00:00.000Z'), timeTaken(silent, null)]).toEqual([
    130, 130,
  ]);
});

test('one that has ended took what it took', () => {
  const ended = { ...silent, endedAt: '2026-11-28T10:00:05.000Z' };
  expect(timeTaken(ended, '2026-11-28T12:00:00.000Z')).toBe(5_000);
});
