/* Production checks, class style memory: what gold-standard articles say about how to write. */
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { indexArticles, medianBelow, startPipeline, style } from './pipeline';

jest.setTimeout(300_000); // a median is taken again while the machine has other work

const questions = [
  'open with one person and one moment that went wrong',
  'a percentage without the total it is a part of',
  'a ledger keeps each sale where a dashboard keeps only the sum',
  'British spelling: organisation, colour, behaviour',
];

describe('style memory', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startPipeline();
  });
  afterAll(() => app.stop());

  test('it is ready, before anything is indexed and after', async () => {
    expect(await style(app, { text: questions[0] })).toMatchObject({ results: [] });
    await indexArticles(app.client);
    await eventually('the style memory healthy', async () => {
      const { status, body } = await app.client.get('/health/rag', { key: null });
      return status === 200 && body['status'] === 'healthy';
    });
    expect((await app.client.get('/v1/style-memory/stats')).status).toBe(200);
  });

  test('it answers within 200 ms, by the median of 100 queries', async () => {
    const median = await medianBelow(200, 100, (run) =>
      style(app, { text: questions[run % questions.length] }),
    );
    expect(median).toBeLessThan(200);
  });

  test('its results are relevant, each with its text and its score', async () => {
    const { results, latencyMs } = await style(app, {
      text: 'a ledger keeps each sale where a dashboard keeps only the sum',
      nResults: 3,
    });
    expect(results.length).toBeGreaterThan(0);
    expect(results.length).toBeLessThanOrEqual(3);
    expect(results[0]).toMatchObject({
      text: expect.stringMatching(/^A ledger keeps each sale/),
      source: 'ledger-piece.md',
      paragraph: expect.any(Number),
    });
    for (const { text, score } of results) {
      expect(text.length).toBeGreaterThan(50);
      expect(score).toBeGreaterThanOrEqual(0.7);
      expect(score).toBeLessThanOrEqual(1);
    }
    expect(latencyMs).toBeGreaterThanOrEqual(0);
  });

  test('an editor who asks about British spelling finds the paragraph that asks for it', async () => {
    const { results } = await style(app, {
      text: 'British spelling: organisation, colour, behaviour',
      agent: 'editor_agent',
    });
    expect(results[0]!.text).toMatch(/British spelling .*organisation/);
    expect(results[0]!.source).toBe('house-style.md');
  });
});
