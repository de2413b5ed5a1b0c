import { rulesOf } from '../../../test/harness/given-when-then';
import { context } from '../../../test/harness/histories';
import { evolve } from '../pricebook/pricebook.state';
import { computedCost } from '../pricebook/pricing';
import type { ExecutionCommand } from './execution.commands';
import { execution } from './execution.decider';
import type { ExecutionEvent } from './execution.state';

const { given } = rulesOf(execution, context);

const id = { executionId: 'one' };
const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };
const started: ExecutionEvent = {
  type: 'ExecutionStarted',
  data: { flow: 'content', topic: null, agent: null, forkedFrom: null },
};
const passed: ExecutionEvent = {
  type: 'QualityScored',
  data: { score: 9, gates, decision: 'publish', revisions: 0, agent: null },
};
const published: ExecutionEvent = { type: 'ArticlePublished', data: { url: null } };
const completed: ExecutionEvent = { type: 'ExecutionCompleted', data: { reason: null } };
const failed: ExecutionEvent = { type: 'ExecutionFailed', data: { reason: null } };

const share = (agent: string, model = 'gpt-4o') => ({
  agent,
  model,
  benchmark: 'writer',
  hours: 3,
  hourlyNanoUsd: '75000000000',
  nanoUsd: '225000000000',
});
const earned = (...agents: string[]): ExecutionEvent => ({
  type: 'BenefitEarned',
  data: { shares: agents.map((agent) => share(agent)) },
});

const tokens = {
  inputTokens: 1_000,
  cachedInputTokens: 200,
  outputTokens: 500,
  reasoningTokens: 100,
};
const call = (change: Partial<ExecutionCommand> = {}): ExecutionCommand =>
  ({
    type: 'RecordLlmCall',
    ...id,
    agent: 'writer',
    model: 'gpt-4o',
    ...tokens,
    durationSeconds: 2.5,
    metadata: {},
    ...change,
  }) as ExecutionCommand;
const recorded = (change: object): ExecutionEvent =>
  ({
    type: 'LlmCallRecorded',
    data: {
      agent: 'writer',
      model: 'gpt-4o',
      ...tokens,
      durationMs: 2_500,
      metadata: {},
      engages: false,
      ...change,
    },
  }) as ExecutionEvent;

const computed = computedCost(context.book, 'gpt-4o', tokens, context.at)!;
const byBook = recorded({ cost: { source: 'computed', ...computed } });
/** An earlier call, the first of its agent. */
const engaged = (agent: string): ExecutionEvent =>
  recorded({ agent, cost: { source: 'unpriced' }, engages: true });

const first = recorded({ cost: { source: 'computed', ...computed }, engages: true });

describe('the cost of a call', () => {
  test('comes from the book where none was reported, with the price and the rule', () => {
    given(started, engaged('writer')).when(call()).then(byBook);
    expect(computed).toMatchObject({ nanoUsd: '7250000', price: { rule: 'exact' } });
  });

  test('is the reported one where there is one, beside what the book says', () => {
    given(started, engaged('writer'))
      .when(call({ costUsd: 0.0075 }))
      .then(recorded({ cost: { source: 'reported', nanoUsd: '7500000', computed } }));
  });

  test('is unknown for a model that nobody has a price for', () => {
    given(started, engaged('writer'))
      .when(call({ model: 'claude' }))
      .then(recorded({ model: 'claude', cost: { source: 'unpriced' } }));
  });
});

test('a call took what was said, to the nearest millisecond', () => {
  given(started, first)
    .when(call({ durationSeconds: 1.005 }))
    .then({ ...byBook, data: { ...byBook.data, durationMs: 1_005 } } as ExecutionEvent);
});

test('a call keeps whose data it is about', () => {
  given(started, first)
    .when(call({ subject: 'ada' }))
    .then({ ...byBook, data: { ...byBook.data, subject: 'ada' } } as ExecutionEvent);
});

describe('the hours of people', () => {
  test('are not earned by calls alone; the first of each agent says that it takes part', () => {
    given(started).when(call()).then(first);
    given(started, first).when(call()).then(byBook);
  });

  test('count once for each agent when the article is published', () => {
    given(started, engaged('writer'), engaged('writer_agent'), passed)
      .when({ type: 'PublishArticle', ...id })
      .then(published, earned('writer', 'writer_agent'));
  });

  test('count when the execution completes, unless publication has brought them', () => {
    const complete: ExecutionCommand = { type: 'CompleteExecution', ...id };
    given(started, engaged('writer')).when(complete).then(completed, earned('writer'));
    given(started, engaged('writer'), passed, published, earned('writer'))
      .when(complete)
      .then(completed);
  });

  test('are in as many facts as keep each below the body of a request', () => {
    const wide = '€';
    const nameOf = (index: number): string => String(index).padEnd(128, wide);
    const benchmarkSet = {
      type: 'BenchmarkSet',
      data: { agent: 'other', hours: 1, effectiveFrom: '2015-01-01T00:00:00.000Z', source: 's' },
    } as const;
    const calls = Array.from({ length: 501 }, (_, index) =>
      recorded({ agent: nameOf(index), model: wide.repeat(128), engages: true }),
    );
    const state = [started, ...calls].reduce(execution.evolve, execution.initialState);
    const known = { ...context, book: evolve(context.book, benchmarkSet) };
    const complete: ExecutionCommand = { type: 'CompleteExecution', ...id };
    const [, ...facts] = execution.decide(complete, state, known) as ExecutionEvent[];
    const agents = facts.map((fact) =>
      fact.type === 'BenefitEarned' ? fact.data.shares.map(({ agent }) => agent) : [],
    );
    expect(agents.map(({ length }) => length)).toEqual([500, 1]);
    expect(agents.flat()).toEqual(calls.map((_, index) => nameOf(index)));
    for (const { data } of facts) {
      expect(Buffer.byteLength(JSON.stringify(data))).toBeLessThan(1_048_576);
    }
    rulesOf(execution, known)
      .given(started, ...calls, passed, published, ...facts)
      .when(complete)
      .then(completed);
  });

  test('of a late-comer count at once where the work has paid off', () => {
    const late = call({ agent: 'Writer-Agent' });
    const lateRecorded = recorded({
      agent: 'Writer-Agent',
      cost: { source: 'computed', ...computed },
      engages: true,
    });
    given(started, completed).when(late).then(lateRecorded, earned('Writer-Agent'));
    given(started, passed, published).when(late).then(lateRecorded, earned('Writer-Agent'));
    given(started, completed, lateRecorded, earned('Writer-Agent'))
      .when(late)
      .then({ ...lateRecorded, data: { ...lateRecorded.data, engages: false } } as ExecutionEvent);
  });

  test('of what failed count never, also not with late calls', () => {
    given(started, engaged('writer'))
      .when({ type: 'FailExecution', ...id })
      .then(failed);
    given(started, failed).when(call()).then(first);
  });

  test('of an agent without a benchmark are not made up', () => {
    given(started, engaged('painter'))
      .when({ type: 'CompleteExecution', ...id })
      .then(completed);
  });
});
