import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';

let app: TestApp;
beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());

test('a fork may follow its origin, and its own stages the fork, in one stream of lines', async () => {
  const lines = Array.from({ length: 50 }, (_, index) => {
    const origin = `origin-${String(index)}`;
    const fork = `fork-${String(index)}`;
    return [
      { command: 'start-execution', data: { executionId: origin } },
      { command: 'start-execution', data: { executionId: fork, forkedFrom: origin } },
      { command: 'start-stage', data: { executionId: fork, stage: 'discover_topics' } },
      { command: 'complete-stage', data: { executionId: fork, stage: 'discover_topics' } },
      { command: 'complete-execution', data: { executionId: fork } },
    ];
  }).flat();
  const { body: answers } = await app.client.bulk(lines);
  expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
  expect(answers).toHaveLength(lines.length);
});

test('a fork of nobody is refused, and so is what is reported of it', async () => {
  const lines = [
    { command: 'start-execution', data: { executionId: 'late', forkedFrom: 'nobody' } },
    { command: 'start-stage', data: { executionId: 'late', stage: 'discover_topics' } },
  ];
  const { body: answers } = await app.client.bulk(lines);
  expect(answers.map(({ status, problem }) => [status, problem?.code])).toEqual([
    [404, 'stream-unknown'],
    [404, 'stream-unknown'],
  ]);
});
