import { contentFlow } from '../../src/commands/execution/flow';
import { BookOpening } from '../../src/modules/pricing/book-opening';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { takeAway } from '../harness/outage';

const becomes = async (
  { client }: TestApp,
  path: string,
  status: string,
  more: object = {},
): Promise<void> => {
  await healthBecomes(client, path, { status, ...more });
};

describe('health by area', () => {
  let database: TestDatabase;
  let app: TestApp;

  beforeEach(async () => {
    database = await freshDatabase();
  });
  afterEach(async () => {
    await app.stop();
    await database.drop();
  });

  test('executions by a flow that is configured no more are told, until they are over', async () => {
    const newsletter = { ...contentFlow, name: 'newsletter' };
    app = await startApp({ database, flows: [contentFlow, newsletter] });
    const executionId = 'stranded';
    await app.client.command('start-execution', { executionId, flow: 'newsletter' });
    await becomes(app, '/health/flow', 'healthy');
    await app.stop();

    app = await startApp({ database });
    const detail = expect.stringMatching(/not configured here: newsletter \(1\)$/);
    await becomes(app, '/health/flow', 'degraded', { code: 200, checks: { flows: { detail } } });

    await app.client.command('cancel-execution', { executionId });
    await becomes(app, '/health/flow', 'healthy');
  });

  test('an event recorded ahead of the clock is told until its time has come', async () => {
    app = await startApp({ database });
    await app.get(BookOpening).ensure();
    await becomes(app, '/health', 'healthy', { checks: { clock: { status: 'healthy' } } });
    await database.sql(`update ledger.head set recorded_at = clock_timestamp() + interval '1 day'`);
    const detail = expect.stringMatching(/^the last event was recorded \d+ s ahead of/);
    await becomes(app, '/health', 'degraded', { code: 200, checks: { clock: { detail } } });
    expect(await app.client.get('/metrics', { key: null })).toMatchObject({
      body: expect.stringMatching(/^flowledger_ledger_ahead_seconds 86\d{3}(\.\d+)?$/m),
    });
    await database.sql(`update ledger.head set recorded_at = clock_timestamp()`);
    await becomes(app, '/health', 'healthy');
  });

  test('no lag is told to Prometheus while the database is away', async () => {
    app = await startApp({ database });
    const lags = async (): Promise<number> => {
      const { body } = await app.client.get<string>('/metrics', { key: null });
      return [...body.matchAll(/^flowledger_projection_lag_seconds/gm)].length;
    };
    const told = await lags();
    expect(told).toBeGreaterThan(10);
    const bringBack = await takeAway(database);
    expect(await lags()).toBe(0);
    await bringBack();
    await eventually('lags are told again', async () => (await lags()) === told);
  });

  test('failures of long ago alarm nobody', async () => {
    app = await startApp({ database });
    const then = { executionId: 'imported', occurredAt: '2025-03-10T09:00:00Z' };
    await app.client.command('start-execution', then);
    await app.client.command('fail-execution', then);
    const { body } = await app.client.get<{ position: string }>(
      '/v1/projections/execution-status?minPosition=2',
    );
    expect(Number(body.position)).toBeGreaterThanOrEqual(2);
    await becomes(app, '/health/flow', 'healthy', {
      checks: { 'error-rate': { status: 'healthy' } },
    });
  });

  test('an area whose read model cannot be read is unhealthy, and the others are not', async () => {
    app = await startApp({ database });
    const detail = expect.stringMatching(/^the price book lacks prices, benchmarks/);
    await becomes(app, '/health/roi', 'degraded', { checks: { prices: { detail } } });
    await app.get(BookOpening).ensure();
    await becomes(app, '/health/roi', 'healthy');
    await database.sql('revoke select on read.roi_totals from flowledger_app');
    const denied = { status: 'unhealthy', detail: expect.stringMatching(/permission denied/) };
    await becomes(app, '/health/roi', 'unhealthy', {
      code: 503,
      checks: {
        prices: { status: 'healthy' },
        database: { status: 'healthy' },
        'unpriced-calls': denied,
      },
    });
    await becomes(app, '/health/flow', 'healthy');
    await becomes(app, '/health', 'unhealthy', { areas: { flow: 'healthy', roi: 'unhealthy' } });
    await becomes(app, '/health/ready', 'healthy');
    await database.sql('grant select on read.roi_totals to flowledger_app');
    await becomes(app, '/health', 'healthy');
  });
});
