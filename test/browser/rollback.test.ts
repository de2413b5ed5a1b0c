import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { rollbackSteps } from '../../src/events/rollback.events';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { operatorOf } from '../harness/rebuilds';
import { recordUnreadable } from '../harness/unreadable-event';
import { confirm } from './confirming';
import { looksWell, signIn, visit } from './dashboard';
import { recordUnder } from './recorded-deployments';

const pressed = (page: Page, label: string | RegExp) => page.getByRole('button', { name: label });

describeWithBrowser('a rollback', (browser) => {
  let app: TestApp;
  let operator: Deployer;
  beforeEach(async () => {
    app = await startApp();
    operator = deployerOf(app.client, app.keys.operator);
    await operator.goLive('d1');
    await operator.goLive('d2');
  });
  afterEach(() => app.stop());

  test('is planned, started by name, stopped by a step, retried, and seen to take nine steps', async () => {
    await recordUnder(app, 'd2', 5, 2);
    await operatorOf(app.client, app.keys.operator).rebuild({ projections: ['roi-totals'] });
    await recordUnreadable(app);
    const { page, complaints } = await visit(browser, app, '#/deployments/d2');
    await signIn(page, app.keys.operator);
    await page.getByRole('link', { name: 'Roll back…' }).click();
    await pressed(page, 'Show the plan').click();
    const plan = page.getByRole('region', { name: 'Plan of the rollback' });
    await plan.getByText(/event ThingImagined v1 could not be read/).waitFor();
    await plan.getByRole('row', { name: /roi-totals repoint/ }).waitFor();
    await plan.getByRole('link', { name: 'Execution started' }).waitFor();
    await looksWell(page, 'rollback-plan');
    await pressed(page, 'Roll back…').click();
    await confirm(page, 'Roll back', { name: 'd2', words: [/Reason/, 'the gates fell'] });

    const steps = page.getByRole('list', { name: 'Steps of the rollback' }).getByRole('listitem');
    await page.getByText('It stopped:').waitFor();
    await page.getByText('1 event ThingImagined v1 cannot be read').first().waitFor();
    expect(await steps.getByText('failed', { exact: true }).count()).toBe(1);
    await looksWell(page, 'rollback-failed');
    await pressed(page, 'Retry and park…').click();
    await confirm(page, 'Retry, and park', { name: 'd2', words: [/Reason/, 'it may wait'] });

    await page.getByText(`${String(rollbackSteps.length)} of 9 steps taken`).waitFor();
    await page.getByText('completed', { exact: true }).waitFor();
    expect(await steps.getByText('taken', { exact: true }).count()).toBe(rollbackSteps.length);
    await steps.getByText(/roi-totals \(repoint/).waitFor();
    await looksWell(page, 'rollback-done');

    const downloading = page.waitForEvent('download');
    await pressed(page, 'Download the report').click();
    const report = await (await downloading).path();
    expect(await readFile(report, 'utf8')).toMatch(/^# Rollback of d2 to d1/);
    await page.getByRole('link', { name: 'd2', exact: true }).click();
    await page.getByText('rolled back to d1').waitFor();
    expect(complaints).toEqual([]);
  });

  test('is not begun by the plan of another mode, which came after that was chosen', async () => {
    const { page } = await visit(browser, app, '#/rollbacks');
    await signIn(page, app.keys.operator);
    const plan = page.getByRole('region', { name: 'Plan of the rollback' });
    let answer = (): void => undefined;
    const chosen = new Promise<void>((resolve) => (answer = resolve));
    await page.route('**/v1/commands/start-rollback', async (route) => {
      const response = await route.fetch();
      await chosen;
      await route.fulfill({ response });
    });
    await pressed(page, 'Show the plan').click();
    await page.getByLabel('Mode').selectOption('data');
    answer();
    await pressed(page, 'Show the plan').waitFor(); // no longer planning
    expect([await plan.count(), await pressed(page, 'Roll back…').isDisabled()]).toEqual([0, true]);
    await pressed(page, 'Show the plan').click();
    await plan.getByText('mode data').waitFor();
  });

  test('is refused in plain words where the deployment is not live any more, by keyboard alone', async () => {
    const { page } = await visit(browser, app, '#/rollbacks');
    await signIn(page, app.keys.operator);
    await pressed(page, 'Show the plan').press('Enter');
    await page.getByRole('region', { name: 'Plan of the rollback' }).waitFor();
    expect(await page.locator(':focus').textContent()).toBe('Show the plan');
    const begin = pressed(page, 'Roll back…');
    await begin.press('Enter');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Reason/).waitFor();
    await page.keyboard.type('the gates fell'); // the first field has the focus
    await page.keyboard.press('Tab');
    await page.keyboard.type('d2');
    await operator.goLive('d3');
    await page.keyboard.press('Enter');
    await dialog.getByText('the deployment is superseded, not live').waitFor();
    await dialog.getByText('409 deployment-not-live').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await page.locator(':focus').textContent()).toBe('Roll back…');
  });

  test('is given up before it has switched: the deployment stays live', async () => {
    await recordUnreadable(app);
    const begun = { rollbackId: 'r1', deploymentId: 'd2', reason: 'the gates fell' };
    await operator.take(['start-rollback', begun]);
    const { page } = await visit(browser, app, '#/rollbacks/r1');
    await signIn(page, app.keys.operator);
    await page.getByText('It stopped:').waitFor();
    const failed = await app.client.get<{ events: { position: string }[] }>(
      '/v1/events?streams=rollback-r1&types=RollbackStepFailed',
    );
    await pressed(page, 'Abort…').click();
    await confirm(page, 'Abort the rollback', { name: 'd2', words: [/Reason/, 'a mistake'] });
    await page.getByText('It was given up, and d2 stays live.').waitFor();

    // As of the step that failed nobody had given it up.
    await page.goto(`${app.url}/#/rollbacks/r1?asOf=${String(failed.body.events[0]?.position)}`);
    await page.getByText('It stopped:').waitFor();
    expect(await page.getByRole('group', { name: 'Actions' }).count()).toBe(0);
  });

  test('is watched by an analyst, who can start none', async () => {
    const { page } = await visit(browser, app, '#/rollbacks');
    await signIn(page, app.keys.analyst);
    await page.getByText('No deployment has been rolled back yet.').waitFor();
    expect(await page.getByText('Take a deployment back').count()).toBe(0);
    const begun = { rollbackId: 'r1', deploymentId: 'd2', reason: 'the gates fell' };
    await operator.take(['start-rollback', begun]);
    const row = page.getByRole('row', { name: /d2 to d1/ });
    await row.getByText('9 of 9').waitFor();
    await row.getByRole('link', { name: 'd2' }).click();
    await page.getByText('9 of 9 steps taken').waitFor();
    expect(await pressed(page, /^Retry|^Abort/).count()).toBe(0);
  });
});
