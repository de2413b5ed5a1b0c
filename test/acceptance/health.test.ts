/*
 * Production checks, class health: overall, flow, rag (the style memory) and roi, each seen healthy,
 * degraded and unhealthy. Nothing is pretended: flows fail, prices are missing, the server of the
 * embeddings is away, and the database goes.
 */
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { takeAway } from '../harness/outage';
import { complete, indexArticles, pricedModel, recordCall, start, startPipeline } from './pipeline';

interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, { readonly status: string; readonly detail?: string }>>;
  readonly areas?: Readonly<Record<string, string>>;
}

const nobody = { EMBEDDINGS_URL: 'http://127.0.0.1:9/v1/embeddings', EMBEDDINGS_MODEL: 'gone' };

describe('health', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await startPipeline();
  });
  afterEach(() => app.stop());

  const health = async (path: string, from = app): Promise<Health & { code: number }> => {
    const { status, body } = await from.client.get<Health>(path, { key: null });
    return { ...body, code: status };
  };

  const becomes = (path: string, status: string, from = app): Promise<Health & { code: number }> =>
    eventually(`${path} ${status}`, async () => {
      const answer = await health(path, from);
      if (answer.status !== status) throw new Error(JSON.stringify(answer));
      return answer;
    });

  /** Takes the database away, sees `path` unhealthy, and sees it recover. */
  const unhealthyAndBack = async (path: string, after: string): Promise<void> => {
    const bringBack = await takeAway(app.database);
    try {
      const { code, checks } = await becomes(path, 'unhealthy');
      expect(code).toBe(503);
      expect(checks).toMatchObject({ database: { status: 'unhealthy' } });
    } finally {
      await bringBack();
    }
    expect(await becomes(path, after)).toMatchObject({ code: 200 });
  };

  const failOneOf = async (ended: number): Promise<void> => {
    for (let index = 0; index < ended; index += 1) {
      const executionId = await start(app.client);
      if (index > 0) await complete(app.client, executionId);
      else await app.client.command('fail-execution', { executionId, reason: 'no sources' });
    }
  };

  test('overall health sums up every area, and is as bad as the worst of them', async () => {
    await indexArticles(app.client);
    const { code, areas } = await becomes('/health', 'healthy');
    expect(code).toBe(200);
    expect(areas).toEqual({ flow: 'healthy', rag: 'healthy', roi: 'healthy' });

    await failOneOf(1);
    expect(await becomes('/health', 'degraded')).toMatchObject({
      code: 200,
      areas: { flow: 'degraded', rag: 'healthy', roi: 'healthy' },
    });

    await unhealthyAndBack('/health', 'degraded');
  });

  test('flow is degraded when more than one execution in twenty fails, and unhealthy without a ledger', async () => {
    await failOneOf(20);
    expect(await becomes('/health/flow', 'healthy')).toMatchObject({
      code: 200,
      checks: {
        ledger: { status: 'healthy' },
        flows: { status: 'healthy' },
        'projection:execution-status': { status: 'healthy' },
      },
    });

    await failOneOf(1);
    const { code, checks } = await becomes('/health/flow', 'degraded');
    expect(code).toBe(200);
    expect(checks['error-rate']!.detail).toMatch(/^2 of 21 executions .* \(9\.5 %\)/);

    await unhealthyAndBack('/health/flow', 'degraded');
  });

  test('rag is degraded while only the lexical arm answers, and unhealthy when no query can', async () => {
    await indexArticles(app.client);
    expect(await becomes('/health/rag', 'healthy')).toMatchObject({ code: 200 });

    const lexicalOnly = await startPipeline({ env: nobody });
    try {
      await indexArticles(lexicalOnly.client);
      expect(await becomes('/health/rag', 'degraded', lexicalOnly)).toMatchObject({ code: 200 });
    } finally {
      await lexicalOnly.stop();
    }

    await unhealthyAndBack('/health/rag', 'healthy');
  });

  test('roi is degraded while calls have no price, and unhealthy when no call can be counted', async () => {
    const executionId = await start(app.client);
    await recordCall(app.client, { executionId, agent: 'writer', ...pricedModel });
    expect(await becomes('/health/roi', 'healthy')).toMatchObject({
      code: 200,
      checks: { 'projection:roi-totals': { status: 'healthy' } },
    });

    const unheardOf = { model: 'a-model-that-no-book-knows', costUsd: undefined };
    await recordCall(app.client, { executionId, agent: 'writer', ...unheardOf });
    const { code, checks } = await becomes('/health/roi', 'degraded');
    expect(code).toBe(200);
    expect(checks['unpriced-calls']!.detail).toMatch(/^1 calls .*: a-model-that-no-book-knows$/);

    await unhealthyAndBack('/health/roi', 'degraded');
  });
});
