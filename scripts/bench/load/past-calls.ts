import { executionId, executions } from './calls';

/*
 * A year of calls, as they would be imported: each execution on one day, with all agents and models.
 * None has a reported cost, so all of them are priced by the book.
 */

const days = 365;

export const agents = ['research', 'writer', 'editor', 'graphics', 'other'];

/** Known to the price book from its beginning. */
export const models = [
  'gpt-4o',
  'gpt-4o-mini',
  'gpt-4.1',
  'claude-sonnet-4',
  'claude-3-5-haiku-latest',
  'gemini-2.5-pro',
  'gemini-2.5-flash',
  'mistral-large-latest',
  'deepseek-chat',
  'grok-3',
];

const firstDay = Date.UTC(2025, 0, 1);
const dayMilliseconds = 86_400_000;

const momentAfter = (days: number): string =>
  new Date(firstDay + days * dayMilliseconds).toISOString();

/** All calls are from the first of these moments on, and before the second. */
export const year = { from: momentAfter(0), to: momentAfter(days) };

/** The body of `record-llm-call` for call `index` of the year. */
export const pastCallBody = (index: number): Readonly<Record<string, string | number>> => {
  const execution = index % executions;
  const round = Math.floor(index / executions);
  const agent = round % agents.length;
  const model = Math.floor(round / agents.length) % models.length;
  return {
    executionId: executionId(execution),
    agent: agents[agent] ?? '',
    model: models[model] ?? '',
    // By primes, so that the calls of one execution differ.
    inputTokens: 1_000 + (index % 3_989),
    cachedInputTokens: index % 997,
    outputTokens: 200 + (index % 797),
    durationSeconds: 1 + (index % 499) / 100,
    occurredAt: momentAfter((execution % days) + 0.5),
  };
};
