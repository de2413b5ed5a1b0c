import { modelCallAttributes } from './model-call-attributes';

const call = {
  executionId: 'one',
  agent: 'writer',
  model: 'gpt-4o',
  durationSeconds: 1,
  inputTokens: 10,
  cachedInputTokens: 4,
  outputTokens: 5,
  reasoningTokens: 0,
  metadata: { provider: 'openai', prompt: 'Dear Ada' },
};

const told = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.agent.name': 'writer',
  'gen_ai.usage.input_tokens': 10,
  'gen_ai.usage.output_tokens': 5,
  'gen_ai.usage.cache_read.input_tokens': 4,
};

test('a model call is told by the names of the conventions, and nothing of what was said', () => {
  expect(modelCallAttributes(call)).toEqual({ ...told, 'gen_ai.provider.name': 'openai' });
});

test('of metadata that is about a person nothing is told: what was sent to a collector cannot be forgotten', () => {
  expect(modelCallAttributes({ ...call, subject: 'ada' })).toEqual(told);
});
