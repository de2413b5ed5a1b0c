import type { Page } from 'playwright-core';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { signIn, visit } from './dashboard';

const id = 'L'.repeat(128);
const word = 'w'.repeat(300);

const pages = [
  ['#/overview', 'Started, 24 h'],
  ['#/roi', 'Calls without a price'],
  ['#/executions', 'Id or topic; Enter opens an id'],
  [`#/executions/${id}`, 'Raw events'],
  ['#/deployments', 'the last planned on top'],
  [`#/deployments/${id}`, 'Checklist'],
] as const;

describeWithBrowser('ids and texts that are one long word', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const call = { agent: 'a'.repeat(120), inputTokens: 1, outputTokens: 1, durationSeconds: 1 };
    const answers = await app.client.bulk([
      { command: 'start-execution', data: { executionId: id, topic: word } },
      { command: 'record-llm-call', data: { executionId: id, model: 'm'.repeat(120), ...call } },
      { command: 'wait-execution', data: { executionId: id, reason: word } },
    ]);
    expect(answers.body.map(({ status }) => status)).toEqual([200, 200, 200]);
    const plan = {
      deploymentId: id,
      version: '9'.repeat(60),
      checklist: [{ item: 'x'.repeat(100) }],
    };
    const { status } = await app.client.command('plan-deployment', plan, {
      key: app.keys.operator,
    });
    expect(status).toBe(200);
  });
  afterAll(() => app.stop());

  /** How much wider it is than its window, and tables that are wider than twice their place. */
  const tooWide = (page: Page): Promise<unknown[]> =>
    page.evaluate<unknown[]>(`{
      const { scrollWidth, clientWidth } = document.documentElement;
      const tables = [...document.querySelectorAll('.table')];
      [
        ...(scrollWidth > clientWidth ? [scrollWidth - clientWidth] : []),
        ...tables.filter((it) => it.scrollWidth > 2 * it.clientWidth).map((it) => it.ariaLabel),
      ];
    }`);

  test('do not make a page wider than its window, nor a table much wider than its place', async () => {
    const { page, complaints } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.operator);
    const wide: string[] = [];
    for (const width of [360, 1_280]) {
      await page.setViewportSize({ width, height: 800 });
      for (const [address, shown] of pages) {
        await page.goto(`${app.url}/${address}`);
        await page.getByText(shown).first().waitFor();
        await page.locator('.placeholder').first().waitFor({ state: 'detached' });
        const found = await tooWide(page);
        if (found.length > 0)
          wide.push(`${address.slice(0, 16)} at ${String(width)}: ${found.join(', ')}`);
      }
    }
    expect(wide).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
