import { isMeant, plainModelName } from './model-names';

test.each([
  ['gpt-4o', 'gpt-4o'],
  ['gpt-4o-2024-08-06', 'gpt-4o'],
  ['openai/gpt-4o-mini-2024-07-18', 'gpt-4o-mini'],
  ['openai:gpt-4o', 'gpt-4o'],
  ['google-gla:gemini-1.5-pro', 'gemini-1.5-pro'],
  ['openai:o3', 'o3'],
  ['bedrock:us.anthropic.claude-3-haiku-20240307-v1:0', 'claude-3-haiku'],
  ['llama3:8b', 'llama3:8b'],
  ['mistral:latest', 'mistral:latest'],
  ['mistral:mistral-large-latest', 'mistral-large'],
  ['zephyr:v1.6', 'zephyr:v1.6'],
  ['GPT-4-0613', 'gpt-4'],
  ['claude-3-5-sonnet-20241022', 'claude-3-5-sonnet'],
  ['claude-3-5-sonnet@20241022', 'claude-3-5-sonnet'],
  ['claude-3-5-sonnet-latest', 'claude-3-5-sonnet'],
  ['us.anthropic.claude-3-5-sonnet-20241022-v2:0', 'claude-3-5-sonnet'],
  ['anthropic.claude-3-haiku-20240307-v1:0', 'claude-3-haiku'],
  ['models/gemini-1.5-pro-002', 'gemini-1.5-pro-002'],
  ['o3', 'o3'],
  ['text-embedding-3-small', 'text-embedding-3-small'],
])('%s is plainly %s', (name, plain) => {
  expect(plainModelName(name)).toBe(plain);
});

test('models are chosen by patterns, of their own name or of the plain one', () => {
  expect(isMeant('anything', [])).toBe(true);
  expect(isMeant('gpt-4o-2024-08-06', ['gpt-*'])).toBe(true);
  expect(isMeant('openai/gpt-4o', ['GPT-4o'])).toBe(true);
  expect(isMeant('claude-sonnet', ['gpt-*', 'o3*'])).toBe(false);
  expect(isMeant('gpt-4o', ['gpt.4o'])).toBe(false);
});
