/* Production checks, class end to end: flow, style memory and ROI as one. */
import type { TestApp } from '../harness/app';
import {
  complete,
  executionAt,
  gates,
  generate,
  indexArticles,
  issue,
  pricedModel,
  recordCall,
  rowsAt,
  stage,
  start,
  startPipeline,
  style,
} from './pipeline';

describe('end to end', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startPipeline();
    await indexArticles(app.client);
  });
  afterAll(() => app.stop());

  const advice = (executionId: string, agent: string) =>
    style(app, { text: 'open with one person and one moment', executionId, agent });

  /** A whole run: from topics to the published article, with the advice of the style memory. */
  const run = async (executionId: string, extraCalls: number, agent: string): Promise<string> => {
    const { client } = app;
    await start(client, { executionId, topic: `Article ${executionId}` });
    await stage(client, executionId, 'discover_topics', { topics: [{ title: 'a', score: 8 }] });
    await stage(client, executionId, 'editorial_review');
    await advice(executionId, agent);
    await generate(client, executionId);
    for (let call = 0; call < extraCalls; call += 1) {
      await recordCall(client, { executionId, agent: 'editor_agent', ...pricedModel });
    }
    await stage(client, executionId, 'quality_gate');
    await issue(client, 'score-quality', { executionId, score: 8 + extraCalls / 10, gates });
    await issue(client, 'publish-article', {
      executionId,
      url: `https://example.org/${executionId}`,
    });
    return (await complete(client, executionId)).position;
  };

  test('one execution has its flow, its style advice and its ROI', async () => {
    const position = await run('whole', 1, 'writer_of_the_whole');
    expect(await executionAt(app.client, 'whole', position)).toMatchObject({
      status: 'completed',
      decision: 'publish',
      url: 'https://example.org/whole',
      calls: 4,
      costNanoUsd: String(4 * 7_500_000),
    });
    const roi = 'roi-totals?groupBy=execution&execution=whole';
    const [row] = await rowsAt(app.client, roi, position);
    expect(row).toMatchObject({ execution: 'whole', calls: '4', inputTokens: '4000' });
    expect(Number(row!['humanHours'])).toBe(2 + 3 + 0.5 + 1);
    expect(Number(row!['multiplier'])).toBeGreaterThan(100);

    // The use of the style memory is recorded behind the answer, not before it.
    const { position: asked } = await advice('whole', 'editor_of_the_whole');
    const usage = 'style-usage?groupBy=agent&agent=writer_of_the_whole';
    expect(await rowsAt(app.client, usage, asked)).toMatchObject([{ queries: '1' }]);
  });

  test('executions at the same time stay apart', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `apart-${String(index)}`);
    const positions = await Promise.all(ids.map((id, index) => run(id, index % 5, 'writer')));
    const end = positions.map(BigInt).reduce((left, right) => (left > right ? left : right));
    for (const [index, executionId] of ids.entries()) {
      const calls = 3 + (index % 5);
      expect(await executionAt(app.client, executionId, String(end))).toMatchObject({
        status: 'completed',
        topic: `Article ${executionId}`,
        url: `https://example.org/${executionId}`,
        score: 8 + (index % 5) / 10,
        calls,
        inputTokens: String(1_000 * calls),
        costNanoUsd: String(7_500_000 * calls),
      });
    }
    const rows = await rowsAt(
      app.client,
      `roi-totals?groupBy=execution&execution=${ids.join(',')}`,
      String(end),
    );
    const calls = new Map(rows.map((row) => [row['execution'], Number(row['calls'])]));
    expect(calls).toEqual(new Map(ids.map((id, index) => [id, 3 + (index % 5)])));
  });
});
