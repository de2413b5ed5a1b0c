import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { failing, passing, score, soon } from '../harness/alerts';
import { describeWithBrowser } from '../harness/browser';
import { deployerOf } from '../harness/deployments';
import { looksWell, signIn, visit } from './dashboard';

describeWithBrowser('an alert', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { FLOWLEDGER_ALERT_SECONDS: '0.1' } });
    const operator = deployerOf(app.client, app.keys.operator);
    for (const deploymentId of ['d1', 'd2']) {
      await operator.promoted(deploymentId);
      await operator.take(['complete-deployment', { deploymentId }]);
    }
    await operator.take(['set-alert-rule', { rule: 'gate-pass-rate-critical', ...soon }]);
  });
  afterAll(() => app.stop());

  test('comes to the overview as it fires, leads to a rollback, and goes once it is over', async () => {
    const { page, complaints } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.operator);
    const panel = page.getByRole('region', { name: 'Alerts' });
    await panel.getByText('No alert fires.').waitFor();
    await score(app.client, 'bad', failing(6));
    await panel.getByText('critical', { exact: true }).waitFor();
    await looksWell(page, 'overview-alert');
    await panel.getByRole('link', { name: 'asks for a rollback' }).click();
    await page.getByRole('heading', { name: 'Take a deployment back' }).waitFor();
    expect(await page.getByRole('combobox', { name: 'Deployment' }).inputValue()).toBe('d2');
    await page.goBack();
    await score(app.client, 'good', passing(40));
    await panel.getByText('No alert fires.').waitFor();
    expect(complaints).toEqual([]);
  });
});
