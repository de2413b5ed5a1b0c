import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { signIn, visit } from './dashboard';

const yesterday = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** Ids that nothing has, with what is looked for, and the page to go back to. */
const unknown = [
  ['#/executions/nope', 'no execution nope', 'All executions'],
  ['#/executions/nope?asOf=1', 'no execution nope', 'All executions'],
  ['#/alerts/nope', 'no alert nope', 'All alerts'],
  ['#/deployments/nope', 'no deployment of this id', 'All deployments'],
  ['#/rollbacks/nope', 'no rollback nope', 'All rollbacks'],
  ['#/rollbacks/nope?asOf=1', 'no rollback nope', 'All rollbacks'],
  ['#/rollbacks/no%20pe', 'no rollback no pe', 'All rollbacks'],
  ['#/rebuilds/nope', 'no rebuild nope', 'All rebuilds'],
  ['#/rebuilds/nope?asOf=1', 'no rebuild nope', 'All rebuilds'],
  ['#/events/999999', 'no event at position 999999', 'All events'],
  ['#/events/nope', 'no event at position nope', 'All events'],
] as const;

describeWithBrowser('what is looked for', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const call = { agent: 'writer', inputTokens: 1, outputTokens: 1, durationSeconds: 1 };
    const late = { executionId: 'late', occurredAt: `${yesterday}T12:00:00Z` };
    const { body } = await app.client.bulk([
      { command: 'start-execution', data: { executionId: 'before' } },
      { command: 'start-execution', data: late },
      { command: 'record-llm-call', data: { ...late, model: 'gpt-4o', ...call } },
    ]);
    expect(body.map(({ status }) => status)).toEqual([200, 200, 200]);
  });
  afterAll(() => app.stop());

  test('and is not there is told in words of the page, with a way back', async () => {
    const { page } = await visit(browser, app);
    await signIn(page, app.keys.operator);
    for (const [address, words, back] of unknown) {
      await page.goto(`${app.url}/${address}`);
      await page.getByRole('main').getByText(words).waitFor();
      await page.getByRole('link', { name: back }).waitFor();
      expect([address, await page.getByRole('alert').count()]).toEqual([address, 0]);
    }
    await page.goto(`${app.url}/#/executions/late?asOf=1`);
    await page.getByRole('link', { name: 'look for it now' }).click();
    await page.getByRole('region', { name: 'Raw events' }).first().waitFor();
  });

  test('behind a figure of some days ends with them, and says that more may have come later', async () => {
    const { page } = await visit(browser, app, `#/roi?from=${yesterday}&to=${yesterday}`);
    await signIn(page, app.keys.analyst);
    const repriced = page.getByRole('link', { name: /^Cost as repriced/ });
    expect(await repriced.getAttribute('href')).not.toContain('until'); // it is found later
    await page.getByRole('link', { name: /^Calls 1$/ }).click();
    await page.getByText('Recorded before').waitFor();
    await page.getByText('No event is like this').waitFor();
    await page.getByRole('link', { name: 'show what came after, too' }).click();
    await page.getByRole('link', { name: /LLM call recorded/ }).waitFor();
  });

  test('between two days is the executions that started then', async () => {
    const { page } = await visit(browser, app, '#/executions');
    await signIn(page, app.keys.analyst);
    const found = page.getByRole('link', { name: 'late', exact: true });
    await found.waitFor();
    await page.getByLabel('Started to day').fill('2020-01-01');
    await page.getByText('No execution is like this').waitFor();
    await page.getByLabel('Started to day').fill(yesterday);
    await found.waitFor();
  });

  test('from a day that is typed begins there, once it is typed to its end', async () => {
    const { page } = await visit(browser, app, '#/roi');
    await signIn(page, app.keys.analyst);
    const field = page.getByLabel('From day');
    await field.click({ position: { x: 10, y: 10 } });
    await field.pressSequentially('11022025');
    expect(page.url()).not.toContain('from=');
    await field.press('Enter');
    await page.waitForURL(/from=2025-11-02$/);
    await page.getByLabel('From day').press('ArrowUp');
    await page.getByRole('link', { name: 'Executions', exact: true }).click();
    await page.waitForURL(/executions$/);
  });

  test('of today stands in the cost by day, however many agents there were', async () => {
    const executionId = 'of-many';
    const now = Date.now(); // at midnight, too, each day has as many
    const dayAgo = (days: number): string => new Date(now - days * 86_400_000).toISOString();
    const calls = Array.from({ length: 14 * 80 }, (_, index) => ({
      command: 'record-llm-call',
      data: {
        executionId,
        agent: `agent-${String(index % 80)}`,
        model: 'gpt-4o',
        costUsd: 1,
        inputTokens: 1,
        outputTokens: 1,
        durationSeconds: 1,
        occurredAt: dayAgo(13 - Math.floor(index / 80)),
      },
    }));
    await app.client.bulk([
      { command: 'start-execution', data: { executionId, occurredAt: dayAgo(14) } },
      ...calls,
    ]);
    const { page } = await visit(browser, app);
    await signIn(page, app.keys.analyst);
    const panel = page.getByRole('region', { name: 'Model cost by day' });
    await panel.getByText('the last 1,000 by agent').waitFor();
    const chart = panel.getByRole('img');
    const { width = 0 } = (await chart.boundingBox()) ?? {};
    await chart.hover({ position: { x: width - 15, y: 60 } });
    await panel.getByText('others $74').waitFor();
  });
});
