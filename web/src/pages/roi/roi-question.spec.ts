import { questionOf } from './roi-question';
import { dayAfter } from '../../time/days';

const moment = '2026-03-05T12:00:00Z';

test('without a word it is the last thirty days by agent', () => {
  expect(questionOf({}, moment)).toEqual({ group: 'agent', from: '2026-02-04', to: '2026-03-05' });
});

test('what the address says holds, as far as it makes sense', () => {
  const query = { group: 'model', from: '2026-02-01', to: '2026-02-03' };
  expect(questionOf(query, moment)).toEqual(query);
  expect(questionOf({ group: 'moon', from: 'x' }, moment)).toMatchObject({
    group: 'agent',
    from: '2026-02-04',
  });
  expect(questionOf({ from: '2026-02-09', to: '2026-02-03' }, moment).from).toBe('2026-02-03');
  expect(questionOf({ from: '1999-01-01' }, moment).from).toBe('2025-03-05');
});

test('the day after the last of a month', () => {
  expect(dayAfter('2026-02-28')).toBe('2026-03-01');
});
