import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { signIn, visit } from './dashboard';

describeWithBrowser('an execution of more events than its page shows', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const beat = { command: 'heartbeat-execution', data: { executionId: 'long' } };
    const start = { command: 'start-execution', data: { executionId: 'long' } };
    await app.client.bulk([start, ...Array<object>(1_049).fill(beat)]);
  });
  afterAll(() => app.stop());

  test('is said to be cut, with how many there are, and leads to the rest', async () => {
    const { page, complaints } = await visit(browser, app, '#/executions/long');
    await signIn(page, app.keys.analyst);
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline.getByText('Only the first 1,000 of 1,050 events are shown here.').waitFor();
    await page
      .getByRole('region', { name: 'Raw events' })
      .getByText('Only the first 1,000 of 1,050 events are shown here.')
      .waitFor();
    await page.getByRole('link', { name: 'See the rest' }).first().click();
    await page.getByText('1,001 to 1,050').waitFor();
    expect(complaints).toEqual([]);
  });
});
