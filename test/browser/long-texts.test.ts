import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { signIn, visit } from './dashboard';

const id = 'L'.repeat(128);
const word = 'w'.repeat(300);

const pages = [
  ['#/overview', 'Started, 24 h'],
  ['#/executions', 'Id or topic; Enter opens an id'],
  [`#/executions/${id}`, 'Raw events'],
  ['#/deployments', 'the last planned on top'],
  [`#/deployments/${id}`, 'Checklist'],
] as const;

describeWithBrowser('ids and texts that are one long word', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const call = { agent: 'writer', inputTokens: 1, outputTokens: 1, durationSeconds: 1 };
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

  test('do not make a page wider than its window', async () => {
    const { page, complaints } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.operator);
    const wide: string[] = [];
    for (const width of [360, 1_280]) {
      await page.setViewportSize({ width, height: 800 });
      for (const [address, shown] of pages) {
        await page.goto(`${app.url}/${address}`);
        await page.getByText(shown).first().waitFor();
        await page.locator('.placeholder').first().waitFor({ state: 'detached' });
        const surplus = await page.evaluate<number>(
          'document.documentElement.scrollWidth - document.documentElement.clientWidth',
        );
        if (surplus > 0)
          wide.push(`${address.slice(0, 16)} at ${String(width)}: ${String(surplus)}`);
      }
    }
    expect(wide).toEqual([]);
    expect(complaints).toEqual([]);
  });
});
