import { withEvents, without } from './window-count';

const wanted = new Set(['ExecutionStarted', 'ExecutionFailed']);
const heard = (position: number, type = 'ExecutionStarted') => ({
  position: String(position),
  type,
});
const begun = { through: 10n, types: { ExecutionStarted: 4 } };

test('events behind what was counted are added, each once, and no others', () => {
  const events = [9, 10, 11, 11].map((position) => heard(position));
  const others = [heard(12, 'LlmCallRecorded'), heard(13, 'ExecutionFailed')];
  const once = withEvents(begun, [...events, ...others], wanted);
  expect(once).toEqual({ through: 13n, types: { ExecutionStarted: 5, ExecutionFailed: 1 } });
  expect(withEvents(once, [...events, ...others], wanted)).toEqual(once);
});

test('what became too old is no longer counted', () => {
  expect(without(begun, { ExecutionStarted: 3, ExecutionFailed: 1 })).toEqual({
    through: 10n,
    types: { ExecutionStarted: 1 },
  });
});
