import { nearestName } from './nearest-name';

const known = ['executionId', 'durationSeconds', 'costUsd', 'agent'];

test.each([
  ['execution_id', 'executionId'],
  ['executionID', 'executionId'],
  ['duration_ms', 'durationSeconds'],
  ['duration', 'durationSeconds'],
  ['cost_usd', 'costUsd'],
  ['agentName', 'agent'],
  ['colour', undefined],
  ['metadata', undefined],
])('%s probably means %s', (unknown, name) => {
  expect(nearestName(unknown, known)).toBe(name);
});

test('where nothing is known, nothing is near', () => {
  expect(nearestName('anything', [])).toBeUndefined();
});
