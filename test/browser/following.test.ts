import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { eventually } from '../harness/eventually';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { recordUnreadable } from '../harness/unreadable-event';
import { looksWell, signIn, visit } from './dashboard';

const call = { agent: 'writer', model: 'gpt-4o', inputTokens: 1_000, outputTokens: 200 };

describeWithBrowser('following the ledger', (browser) => {
  let database: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    database = await freshDatabase();
    app = await startApp({ database });
  });
  afterAll(async () => {
    await app.stop();
    await database.drop();
  });

  const issue = async (name: string, data: object): Promise<string> => {
    const { status, body } = await app.client.command(name, data);
    expect([name, status]).toEqual([name, 200]);
    return body.position;
  };

  test('an execution under way is seen to move, without a reload', async () => {
    const executionId = 'followed';
    await issue('start-execution', { executionId, topic: 'Ledgers' });
    const { page, complaints } = await visit(browser, app, `#/executions/${executionId}`);
    await signIn(page, app.keys.analyst);
    await page.getByText('Ledgers').waitFor();
    await issue('start-stage', { executionId, stage: 'discover_topics', agent: 'research' });
    await page.getByRole('link', { name: /discover topics, attempt 1: running/ }).waitFor();
    await issue('record-llm-call', { executionId, ...call, durationSeconds: 2, costUsd: 0.0123 });
    await page.getByRole('link', { name: /Cost \$0\.012 USD/ }).waitFor();
    await issue('complete-stage', { executionId, stage: 'discover_topics' });
    await page.getByRole('link', { name: /discover topics, attempt 1: completed/ }).waitFor();
    await issue('cancel-execution', { executionId, reason: 'enough was seen' });
    await page.getByText('enough was seen').first().waitFor();
    expect(complaints).toEqual([]);
  });

  test('the tail tells events as they come, can be held, and leads to each of them', async () => {
    const { page } = await visit(browser, app, '#/events');
    await signIn(page, app.keys.analyst);
    await page.getByText('Live', { exact: true }).waitFor();
    await issue('start-execution', { executionId: 'tailed', topic: 'In the tail' });
    await page.getByRole('link', { name: /execution-tailed/ }).waitFor();
    await page.getByRole('button', { name: 'Hold' }).click();
    const position = await issue('heartbeat-execution', { executionId: 'tailed' });
    await page.getByText(`position ${position}`).waitFor();
    expect(await page.getByRole('link', { name: /Heartbeat received/ }).count()).toBe(0);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('link', { name: /Heartbeat received/ }).click();
    await page.getByRole('heading', { name: 'HeartbeatReceived' }).waitFor();
    await page.getByText('Causes and effects').waitFor();
  });

  test('a figure of the overview counts each event once, as it comes and over a new start', async () => {
    const { page } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.analyst);
    const figure = page.getByRole('link', { name: /^Started, 24 h/ });
    const counted = async (): Promise<number> => {
      const [, digits = ''] = /h([\d,]+)/.exec((await figure.textContent()) ?? '') ?? [];
      return Number(digits.replaceAll(',', ''));
    };
    await figure.waitFor();
    await page.getByText('Live', { exact: true }).waitFor();
    const before = await counted();
    const lines = Array.from({ length: 30 }, (_, index) => ({
      command: 'start-execution',
      data: { executionId: `counted-${String(index)}` },
    }));
    await app.client.bulk(lines);
    await eventually('each is counted', async () => (await counted()) === before + 30);
    await page.reload();
    await eventually('and the server says the same', async () => (await counted()) === before + 30);
  });

  test('the overview counts executions by status as they turn, and leads to those of each', async () => {
    const { page, complaints } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.analyst);
    const panel = page.getByRole('region', { name: 'Executions by status' });
    const statuses = async (): Promise<Record<string, number>> => {
      const texts = await panel.getByRole('listitem').allTextContents();
      const parts = texts.map((text) => /^(.*?)([\d,]+)$/.exec(text) ?? []);
      return Object.fromEntries(
        parts.map(([, name = '', digits = '']) => [name, Number(digits.replaceAll(',', ''))]),
      );
    };
    await panel.getByRole('link', { name: /^running/ }).waitFor();
    const before = await statuses();
    const become = (change: Readonly<Record<string, number>>, what: string): Promise<unknown> =>
      eventually(what, async () => {
        const now = await statuses();
        const names = Object.keys(before);
        return names.every((name) => now[name] === (before[name] ?? 0) + (change[name] ?? 0));
      });
    for (const executionId of ['turned-1', 'turned-2', 'turned-3']) {
      await issue('start-execution', { executionId });
    }
    await become({ running: 3 }, 'what began is running');
    await issue('pause-execution', { executionId: 'turned-1' });
    await issue('wait-execution', { executionId: 'turned-2' });
    await issue('terminate-execution', { executionId: 'turned-3', reason: 'seen' });
    await become({ paused: 1, waiting: 1, terminated: 1 }, 'each counts where it is');
    await panel.getByRole('link', { name: /^paused/ }).click();
    await page.getByRole('row', { name: /turned-1/ }).waitFor();
    expect(await page.getByRole('row', { name: /turned-2/ }).count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('a connection that is lost is said to be, and what was missed is there once it is back', async () => {
    const { page } = await visit(browser, app, '#/events');
    await signIn(page, app.keys.analyst);
    await page.getByText('Live', { exact: true }).waitFor();
    const port = Number(new URL(app.url).port);
    await app.stop();
    await page.getByText(/Not connected/).waitFor();
    await looksWell(page, 'connection-lost');

    app = await startApp({ database, port });
    await issue('start-execution', { executionId: 'missed', topic: 'While it was away' });
    await eventually('it is live again', async () => {
      const retry = page.getByRole('button', { name: 'Try now' });
      if (await retry.isVisible()) await retry.click({ timeout: 500 }).catch(() => undefined);
      return page.getByText('Live', { exact: true }).isVisible();
    });
    await page.getByRole('link', { name: /execution-missed/ }).waitFor();
    await issue('heartbeat-execution', { executionId: 'missed' });
    await page.getByRole('link', { name: /Heartbeat received.*execution-missed/ }).waitFor();
  });

  test('a read model that is far behind shows what it has, and that it is', async () => {
    await issue('start-execution', { executionId: 'told-anyway' });
    const { page } = await visit(browser, app, '#/events');
    await signIn(page, app.keys.analyst);
    await page.getByText(/^Now · position/).waitFor();
    await page.route(/minPosition=/, async (route) => {
      const detail = 'execution-status has not reached position 99 within 5 s';
      await route.fulfill({
        status: 503,
        contentType: 'application/problem+json',
        headers: { 'retry-after': '1' },
        body: JSON.stringify({ code: 'position-not-reached', detail }),
      });
    });
    await page.getByRole('link', { name: 'Executions', exact: true }).click();
    await page.getByText('has not reached position 99').waitFor();
    await page.getByRole('row', { name: /told-anyway/ }).waitFor();
    await page.unroute(/minPosition=/);
    await page.getByText('has not reached position 99').waitFor({ state: 'detached' });
  });

  test('a tab that cannot follow does not say that there is nothing', async () => {
    const { page } = await visit(browser, app, '#/overview');
    await page.route('**/v1/events/tail', (route) => route.abort());
    await signIn(page, app.keys.analyst);
    await page.getByText('Not connected: the last events are shown once it is.').waitFor();
    await page.unroute('**/v1/events/tail');
    await page
      .getByRole('region', { name: 'Latest events' })
      .getByRole('link', { name: /execution-/ })
      .first()
      .waitFor();
  });

  test('a tab that nobody looks at holds no connection, and goes on once somebody does', async () => {
    const { page } = await visit(browser, app, '#/events');
    await signIn(page, app.keys.analyst);
    await page.getByText('Live', { exact: true }).waitFor();
    const turn = (hidden: boolean): Promise<unknown> =>
      page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${String(hidden)}, configurable: true });
        document.dispatchEvent(new Event('visibilitychange'));`);
    const letGo = page.waitForEvent('requestfailed', (request) => request.url().endsWith('/tail'));
    await turn(true);
    await letGo;
    await issue('start-execution', { executionId: 'unseen' });
    const resumed = page.waitForRequest(/events\/tail$/);
    await turn(false);
    await page.getByRole('link', { name: /execution-unseen/ }).waitFor();
    expect(await (await resumed).headerValue('last-event-id')).toMatch(/^\d+$/);
  });

  test('a read model that has parked a stream goes on, and leads to the event that it cannot apply', async () => {
    await recordUnreadable(app);
    const { body } = await app.client.get<{ toPosition: string }>('/v1/events/counts');
    const { page } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.analyst);
    await page
      .getByRole('row', { name: /^roi-totals/ })
      .getByText('1 parked')
      .click();
    await page.waitForURL(new RegExp(`events/${body.toPosition}$`));
  });
});
