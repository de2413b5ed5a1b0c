import { catalogue } from './catalogue';
import { commandClasses, commandHandlers } from './command-handlers';

const entries = [...catalogue.values()];

test('has every command of the contract by its name on the wire', () => {
  expect([...catalogue.keys()]).toEqual(
    expect.arrayContaining([
      'start-execution',
      'start-stage',
      'complete-stage',
      'fail-stage',
      'score-quality',
      'publish-article',
      'heartbeat-execution',
      'wait-execution',
      'pause-execution',
      'resume-execution',
      'complete-execution',
      'fail-execution',
      'cancel-execution',
      'terminate-execution',
      'record-llm-call',
    ]),
  );
});

test.each(entries)('$name has a message class and a handler of its own', ({ name, type }) => {
  expect(commandClasses.get(name)?.name).toBe(type);
  expect(commandHandlers.map((handler) => handler.name)).toContain(`${type}Handler`);
});

describe('the time at which something happened', () => {
  const schema = catalogue.get('cancel-execution')!.schema;
  const faultsOf = (occurredAt: unknown): string[] =>
    (schema.safeParse({ executionId: 'one', occurredAt }).error?.issues ?? []).map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );

  test.each(entries)('may be said of $name', ({ schema: { shape } }) => {
    expect(Object.keys(shape)).toContain('occurredAt');
  });

  test.each([
    undefined,
    '2026-01-08T22:32:15Z',
    '2026-01-08T22:32:15.550791Z',
    '2026-01-08T23:32:15+01:00',
    '2015-01-01T00:00:00Z',
  ])('may be %p', (time) => {
    expect(faultsOf(time)).toEqual([]);
  });

  test.each([
    '2026-01-08',
    '2026-01-08T22:32:15',
    '2026-02-30T00:00:00Z',
    '2026-01-08T24:00:00Z',
    '2026-13-01T00:00:00Z',
    'yesterday',
    '',
    1_767_911_535,
    null,
  ])('may not be %p', (time) => {
    expect(faultsOf(time)).toHaveLength(1);
  });

  test('may not be before 2015', () => {
    expect(faultsOf('2014-12-31T23:59:59Z')).toEqual([
      'occurredAt: must not be before 2015-01-01T00:00:00Z',
    ]);
  });
});

test('a rule across fields outlives the field that every command takes besides', () => {
  const call = {
    executionId: 'one',
    agent: 'writer',
    model: 'm',
    inputTokens: 1,
    cachedInputTokens: 2,
    outputTokens: 1,
    durationSeconds: 1,
  };
  expect(catalogue.get('record-llm-call')!.schema.safeParse(call).success).toBe(false);
});
