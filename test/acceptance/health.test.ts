/*
 * Production checks, class health: overall, flow, rag (the style memory) and roi, each seen healthy,
 * degraded and unhealthy. Nothing is pretended: flows fail, prices are missing, the server of the
 * embeddings is away, and the database goes.
 */
import type { TestApp } from '../harness/app';
import { healthBecomes } from '../harness/health';
import type { ToldHealth } from '../harness/health';
import { takeAway } from '../harness/outage';
import {
  complete,
  indexArticles,
  issue,
  pricedModel,
  recordCall,
  rowsAt,
  start,
  startPipeline,
} from './pipeline';

const nobody = { EMBEDDINGS_URL: 'http://127.0.0.1:9/v1/embeddings', EMBEDDINGS_MODEL: 'gone' };

describe('health', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await startPipeline();
  });
  afterEach(() => app.stop());

  const becomes = (path: string, wanted: object, from = app): Promise<ToldHealth> =>
    healthBecomes(from.client, path, wanted);

  /** Takes the database away, sees `path` unhealthy, and sees it recover. */
  const unhealthyAndBack = async (path: string, after: string): Promise<void> => {
    const bringBack = await takeAway(app.database);
    try {
      const checks = { database: { status: 'unhealthy' } };
      await becomes(path, { status: 'unhealthy', code: 503, checks });
    } finally {
      await bringBack();
    }
    await becomes(path, { status: after, code: 200 });
  };

  const failOneOf = async (ended: number): Promise<void> => {
    let position = '0';
    for (let index = 0; index < ended; index += 1) {
      const executionId = await start(app.client);
      ({ position } = await (index > 0
        ? complete(app.client, executionId)
        : issue(app.client, 'fail-execution', { executionId, reason: 'no sources' })));
    }
    await rowsAt(app.client, 'execution-status?limit=1', position);
  };

  test('overall health sums up every area, and is as bad as the worst of them', async () => {
    await indexArticles(app.client);
    const well = { flow: 'healthy', rag: 'healthy', roi: 'healthy' };
    const { areas } = await becomes('/health', { status: 'healthy', code: 200, areas: well });
    expect(areas).toEqual(well);

    await failOneOf(1);
    await becomes('/health', {
      status: 'degraded',
      code: 200,
      areas: { ...well, flow: 'degraded' },
    });

    await unhealthyAndBack('/health', 'degraded');
  });

  test('flow is degraded when more than one execution in twenty fails, and unhealthy without a ledger', async () => {
    await failOneOf(20);
    await becomes('/health/flow', {
      status: 'healthy',
      code: 200,
      checks: {
        ledger: { status: 'healthy' },
        flows: { status: 'healthy' },
        'projection:execution-status': { status: 'healthy' },
      },
    });

    await failOneOf(1);
    const detail = expect.stringMatching(/^2 of 21 executions .* \(9\.5 %\)/);
    await becomes('/health/flow', {
      status: 'degraded',
      code: 200,
      checks: { 'error-rate': { detail } },
    });

    await unhealthyAndBack('/health/flow', 'degraded');
  });

  test('rag is degraded while only the lexical arm answers, and unhealthy when no query can', async () => {
    await indexArticles(app.client);
    await becomes('/health/rag', { status: 'healthy', code: 200 });

    const lexicalOnly = await startPipeline({ env: nobody });
    try {
      await indexArticles(lexicalOnly.client, false);
      await becomes('/health/rag', { status: 'degraded', code: 200 }, lexicalOnly);
    } finally {
      await lexicalOnly.stop();
    }

    await unhealthyAndBack('/health/rag', 'healthy');
  });

  test('roi is degraded while calls have no price, and unhealthy when no call can be counted', async () => {
    const executionId = await start(app.client);
    await recordCall(app.client, { executionId, agent: 'writer', ...pricedModel });
    await becomes('/health/roi', {
      status: 'healthy',
      code: 200,
      checks: { 'projection:roi-totals': { status: 'healthy' } },
    });

    const unheardOf = { model: 'a-model-that-no-book-knows', costUsd: undefined };
    await recordCall(app.client, { executionId, agent: 'writer', ...unheardOf });
    const detail = expect.stringMatching(/^1 calls .*: a-model-that-no-book-knows$/);
    await becomes('/health/roi', {
      status: 'degraded',
      code: 200,
      checks: { 'unpriced-calls': { detail } },
    });

    await unhealthyAndBack('/health/roi', 'degraded');
  });
});
