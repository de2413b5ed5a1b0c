import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { alertLike, failing, passing, score, soon } from '../harness/alerts';
import { describeWithBrowser } from '../harness/browser';
import { deployerOf } from '../harness/deployments';
import { accept, answer, startReceiver } from '../harness/webhook-receiver';
import type { WebhookReceiver } from '../harness/webhook-receiver';
import { confirm } from './confirming';
import { looksWell, signIn, visit } from './dashboard';

const rule = 'gate-pass-rate-critical';
const bad = 6;

describeWithBrowser('an alert', (browser) => {
  let receiver: WebhookReceiver;
  let app: TestApp;
  beforeEach(async () => {
    receiver = await startReceiver();
    app = await startApp({
      env: {
        FLOWLEDGER_ALERT_SECONDS: '0.1',
        FLOWLEDGER_ALERT_WEBHOOKS: receiver.setting,
        FLOWLEDGER_WEBHOOK_ATTEMPTS: '2',
        FLOWLEDGER_WEBHOOK_BACKOFF_MS: '20',
      },
    });
    const operator = deployerOf(app.client, app.keys.operator);
    for (const deploymentId of ['d1', 'd2']) {
      await operator.promoted(deploymentId);
      await operator.take(['complete-deployment', { deploymentId }]);
    }
    // It is looked at ten times a second: not before all are scored that a test says are bad.
    await operator.take(['set-alert-rule', { rule, ...soon, smallestSample: bad }]);
  });
  afterEach(async () => {
    await app.stop();
    await receiver.stop();
  });

  test('comes to the overview as it fires, leads to a rollback, and goes once it is over', async () => {
    const { page, complaints } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.operator);
    const panel = page.getByRole('region', { name: 'Alerts', exact: true });
    await panel.getByText('No alert fires.').waitFor();
    await score(app.client, 'bad', failing(bad));
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

  test('is acknowledged and its rollback refused, with words, and stays in the list once it is over', async () => {
    await score(app.client, 'bad', failing(bad));
    await alertLike(app.client, { alert: `${rule}.1` });
    const { page, complaints } = await visit(browser, app, '#/alerts');
    await signIn(page, app.keys.operator);
    await page.getByRole('row', { name: /^gate-pass-rate-critical below 70 % firing/ }).waitFor();
    await looksWell(page, 'alerts');
    const list = page.getByRole('region', { name: 'Alerts', exact: true }).last();
    await list.getByRole('link', { name: rule }).click();
    await page.getByText('It asks to take d2 back to d1.').waitFor();
    await page.getByText('0 of 6 scorings may be published', { exact: true }).waitFor();
    await looksWell(page, 'alert');

    await page.getByRole('button', { name: 'Acknowledge…' }).click();
    await confirm(page, 'Acknowledge the alert', { words: [/Comment/, 'the prompt is looked at'] });
    await page.getByText(/^by operator at .*: the prompt is looked at$/).waitFor();
    await page.getByRole('button', { name: 'Refuse the rollback…' }).click();
    await confirm(page, 'Refuse the rollback', {
      name: `${rule}.1`,
      words: [/Reason/, 'the scoring is wrong'],
    });
    await page.getByText(/was refused by operator at .*: the scoring is wrong$/).waitFor();
    expect(await page.getByRole('group', { name: 'Actions' }).count()).toBe(0);
    await page.getByRole('link', { name: /^\d+ Alert dismissed the scoring is wrong/ }).waitFor();

    await page.getByRole('link', { name: /^Scorings that may be published/ }).click();
    await page
      .getByRole('link', { name: /Quality scored/ })
      .first()
      .waitFor();
    expect(await page.getByRole('link', { name: /Quality scored/ }).count()).toBe(6);
    expect(page.url()).toContain('asOf=');

    await score(app.client, 'good', passing(40));
    await alertLike(app.client, { alert: `${rule}.1`, status: 'resolved' });
    await page.goto(`${app.url}/#/alerts?status=firing`);
    await page.getByText('No alert is like this.').waitFor();
    await page.getByRole('button', { name: 'firing' }).click();
    await page.getByRole('row', { name: /resolved/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('shows who was told, and tells a receiver again that is back', async () => {
    receiver.react(answer(500));
    await score(app.client, 'bad', failing(bad));
    await alertLike(app.client, { alert: `${rule}.1` });
    const { page, complaints } = await visit(browser, app, `#/alerts/${rule}.1`);
    await signIn(page, app.keys.operator);
    const told = page.getByRole('row', { name: /^Alert fired to 127\.0\.0\.1/ });
    await told.getByText('dead').waitFor();
    await told.getByText('answered 500').waitFor();
    await looksWell(page, 'alert-not-told');
    receiver.react(accept);
    await told.getByRole('button', { name: 'Send again…' }).click();
    await confirm(page, 'Send again', { words: [/Reason/, 'it is back'] });
    await told.getByText('delivered').waitFor();
    expect(await told.getByRole('button').count()).toBe(0);
    expect(receiver.received).toHaveLength(3);
    await page.getByRole('link', { name: 'What was sent again' }).click();
    await page.getByRole('link', { name: /Webhook resend requested/ }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('is read by an analyst, who can do nothing about it', async () => {
    receiver.react(answer(410));
    await score(app.client, 'bad', failing(bad));
    await alertLike(app.client, { alert: `${rule}.1` });
    const { page } = await visit(browser, app, `#/alerts/${rule}.1`);
    await signIn(page, app.keys.analyst);
    await page.getByText('It asks to take d2 back to d1.').waitFor();
    await page.getByText('dead', { exact: true }).waitFor();
    const acting = page.getByRole('button', { name: /…$/ });
    expect(await acting.count()).toBe(0);
    expect(await page.getByRole('link', { name: /Go to the rollback/ }).count()).toBe(0);
  });
});
