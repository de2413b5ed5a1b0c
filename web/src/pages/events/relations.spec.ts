import type { LedgerEvent } from '../../live/event';
import { relationsOf } from './relations';

const event = (eventId: string, causationId: string | null, correlationId = 'r'): LedgerEvent => ({
  eventId,
  causationId,
  correlationId,
  position: eventId,
  stream: 's',
  version: 1,
  type: 'T',
  schemaVersion: 1,
  data: {},
  deploymentId: 'd',
  actor: 'a',
  occurredAt: '',
  recordedAt: '',
});
const ids = (events: readonly LedgerEvent[]): string[] => events.map(({ eventId }) => eventId);

const nearby = [
  event('1', null),
  event('2', '1'),
  event('3', '2'),
  event('4', '3'),
  event('5', '1'),
  event('6', null, 'another'),
];

test('causes go back to where it began, effects include those of effects', () => {
  const { causes, effects, companions } = relationsOf(nearby[1]!, nearby);
  expect([ids(causes), ids(effects), ids(companions)]).toEqual([['1'], ['3', '4'], ['5']]);
  expect(ids(relationsOf(nearby[3]!, nearby).causes)).toEqual(['3', '2', '1']);
});

test('a cause that is not nearby ends the chain', () => {
  expect(relationsOf(event('9', '8'), nearby).causes).toEqual([]);
});

test('events that name one another are told once', () => {
  const circle = [event('1', '2'), event('2', '1')];
  expect(ids(relationsOf(circle[0]!, circle).causes)).toEqual(['2', '1']);
});
