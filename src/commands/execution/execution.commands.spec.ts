import { executionCommands } from './execution.commands';

const faultsOf = (type: keyof typeof executionCommands, data: unknown): string[] =>
  (executionCommands[type].schema.safeParse(data).error?.issues ?? []).map(
    ({ path, message }) => `${path.join('.')}: ${message}`,
  );

const call = {
  executionId: 'one',
  agent: 'writer',
  model: 'gpt-4o',
  inputTokens: 1_000,
  outputTokens: 500,
  durationSeconds: 2.5,
};
const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };

describe('every command', () => {
  const definitions = Object.entries(executionCommands);

  test.each(definitions)('%s says in one line what it is for', (_type, { summary }) => {
    expect(summary).toMatch(/^[A-Z][^\n]{4,90}$/);
  });

  test.each(definitions)('%s refuses fields it does not know', (_type, { schema }) => {
    const issues = schema.safeParse({ executionId: 'one', surprise: 1 }).error?.issues ?? [];
    expect(issues.some(({ code }) => code === 'unrecognized_keys')).toBe(true);
  });

  test('only those that open a stream may come first', () => {
    const opening = definitions.filter(
      ([, definition]) => 'opens' in definition && definition.opens,
    );
    expect(opening.map(([type]) => type)).toEqual(['QueueExecution', 'StartExecution']);
  });

  test('only what Flowledger itself issues asks for an operator', () => {
    const restricted = definitions.filter(([, { role }]) => role === 'operator');
    expect(restricted.map(([type]) => type)).toEqual(['TimeOutExecution', 'RecordRepricing']);
  });
});

describe('ids', () => {
  test.each(['a', 'a.b_c:d-e', 'A9'.repeat(64)])('%s is one', (executionId) => {
    expect(faultsOf('CancelExecution', { executionId })).toEqual([]);
  });

  test.each(['', ' ', 'a b', 'a/b', 'ä', 'a\0', 'x'.repeat(129), 42, null])(
    '%p is none',
    (executionId) => {
      expect(faultsOf('CancelExecution', { executionId })).toHaveLength(1);
    },
  );
});

describe('a call that costs another amount', () => {
  const repriced = {
    call: 'c1',
    agent: 'writer',
    model: 'gpt-4o',
    occurredAt: '2026-01-08T22:00:00.000000Z',
    deploymentId: 'd1',
    previousNanoUsd: '1',
    nanoUsd: '2',
    price: { inputNanoUsd: '1', cachedInputNanoUsd: '1', outputNanoUsd: '1' },
  };
  const faultyFields = (change: object): string[] =>
    faultsOf('RecordRepricing', {
      executionId: 'e',
      repricing: 'r',
      calls: [{ ...repriced, ...change }],
    }).filter((fault) => Object.keys(change).some((name) => fault.startsWith(`calls.0.${name}:`)));

  test.each([
    { occurredAt: 'yesterday' },
    { occurredAt: '8.1.2026' },
    { agent: 'x'.repeat(129) },
    { model: '' },
    { deploymentId: 'x'.repeat(3_000) },
  ])('is refused with %j, which read models have no room for', (change) => {
    expect(faultyFields(change)).toHaveLength(1);
  });
});

describe('a model call', () => {
  test('may leave out its cached and reasoning tokens, its cost and its metadata', () => {
    expect(executionCommands.RecordLlmCall.schema.parse(call)).toEqual({
      ...call,
      cachedInputTokens: 0,
      reasoningTokens: 0,
      metadata: {},
    });
  });

  test.each([
    [{ inputTokens: -1 }, /^inputTokens/],
    [{ inputTokens: 1.5 }, /^inputTokens/],
    [{ outputTokens: Number.MAX_SAFE_INTEGER + 1 }, /^outputTokens/],
    [{ outputTokens: 1_000_000_001 }, /^outputTokens/],
    [{ durationSeconds: NaN }, /^durationSeconds/],
    [{ durationSeconds: -0.1 }, /^durationSeconds/],
    [{ durationSeconds: Infinity }, /^durationSeconds/],
    [{ costUsd: -1 }, /^costUsd/],
    [{ costUsd: '0.01' }, /^costUsd/],
    [{ metadata: [] }, /^metadata/],
    [{ agent: 'line\nbreak' }, /^agent: must not hold control characters/],
    [{ model: '' }, /^model/],
    [{ cachedInputTokens: 1_001 }, /^cachedInputTokens: is a part of inputTokens .*1001 > 1000/],
    [{ reasoningTokens: 501 }, /^reasoningTokens: is a part of outputTokens/],
  ])('is refused with %p', (change, fault) => {
    expect(faultsOf('RecordLlmCall', { ...call, ...change }).join('\n')).toMatch(fault);
  });

  test('of less than no tokens has one fault, and none in a part that nobody told', () => {
    const faults = faultsOf('RecordLlmCall', { ...call, inputTokens: -1, outputTokens: -1 });
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(['inputTokens', 'outputTokens']);
  });

  test('may have all of its tokens cached, and all of them reasoning', () => {
    const all = { ...call, cachedInputTokens: 1_000, reasoningTokens: 500 };
    expect(faultsOf('RecordLlmCall', all)).toEqual([]);
  });
});

describe('a score', () => {
  test.each([-0.1, 10.1, NaN, '8'])('of %p is refused', (score) => {
    expect(faultsOf('ScoreQuality', { executionId: 'one', score, gates })).toHaveLength(1);
  });

  test('needs every gate, and no other', () => {
    const { chart, ...four } = gates;
    expect(chart).toBe(true);
    expect(faultsOf('ScoreQuality', { executionId: 'one', score: 8, gates: four })).toHaveLength(1);
    const six = { ...gates, looks: true };
    expect(faultsOf('ScoreQuality', { executionId: 'one', score: 8, gates: six })).toHaveLength(1);
  });
});

test('a failure of a stage has to say what went wrong, and whether to retry', () => {
  const faults = faultsOf('FailStage', { executionId: 'one', stage: 'write', error: '' });
  expect(faults.map((fault) => fault.split(':')[0])).toEqual(['error', 'retryable']);
});
