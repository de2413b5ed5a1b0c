import type { Page } from 'playwright-core';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { deployerOf } from '../harness/deployments';
import { signIn, visit } from './dashboard';

const deploymentId = 'content-1';

describeWithBrowser('a sign-off', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await operator().take([
      'plan-deployment',
      {
        deploymentId,
        version: '2.4.0',
        checklist: [],
        plannerMaySign: true,
        requiredSignOffs: ['quality', 'devops'],
        requiredGates: ['error-rate'],
      },
    ]);
  });
  afterAll(() => app.stop());

  const operator = () => deployerOf(app.client, app.keys.operator);
  const check = (outcome: string) =>
    operator().take(['record-check', { deploymentId, gate: 'error-rate', outcome }]);

  const begun = async (role: string): Promise<Page> => {
    const { page } = await visit(browser, app, `#/deployments/${deploymentId}`);
    await signIn(page, app.keys.operator);
    await page.getByRole('button', { name: `Approve as ${role}` }).click();
    return page;
  };

  const signed = async (page: Page, role: string): Promise<void> => {
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: `Withdraw the sign-off as ${role}` }).waitFor();
  };

  test('that is refused as the content changed takes that up, with what changed', async () => {
    const page = await begun('quality');
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Comment/).fill('read it');
    const hash = await dialog.locator('.content-hash').textContent();
    await check('failed');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await dialog.getByText('content-hash-stale').waitFor();
    await dialog.getByText('error-rate is failed').waitFor();
    expect(await page.locator(':focus').textContent()).toBe('Approve'); // it is not lost meanwhile
    expect(await dialog.locator('.content-hash').textContent()).not.toBe(hash);
    expect(await dialog.getByLabel(/Comment/).inputValue()).toBe('read it');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await signed(page, 'quality');
  });

  test('is not left by Escape before it is answered', async () => {
    const page = await begun('devops');
    const dialog = page.getByRole('dialog');
    const answers: (() => void)[] = [];
    await page.route('**/v1/commands/sign-off', async (route) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      await route.fulfill({ status: 409, json: { code: 'role-unsure', detail: 'not like this' } });
    });
    const asked = page.waitForRequest('**/v1/commands/sign-off');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await asked;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    expect(await dialog.getByRole('button', { name: 'Leave it' }).isDisabled()).toBe(true);
    answers.forEach((answer) => {
      answer();
    });
    await dialog.getByText('not like this').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  test('or any other turn stays as it was opened though somebody else ends the deployment', async () => {
    const { page } = await visit(browser, app, `#/deployments/${deploymentId}`);
    await signIn(page, app.keys.operator);
    await page.getByRole('button', { name: 'Abort…' }).click();
    const dialog = page.getByRole('dialog');
    await operator().take(['abort-deployment', { deploymentId, reason: 'by another' }]);
    await page.getByText('It has ended.').waitFor();
    await dialog.getByLabel(/Reason/).fill('by me');
    await dialog.getByLabel(/Type .* to confirm/).fill(deploymentId);
    await dialog.getByRole('button', { name: 'Abort the deployment' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Abort…' }).waitFor({ state: 'detached' });
  });
});
