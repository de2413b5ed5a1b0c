import type { Page } from 'playwright-core';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { deployerOf } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { confirm } from './confirming';
import { looksWell, signIn, visit } from './dashboard';
import { recordUnder } from './recorded-deployments';

const name = 'content-2';
const pressed = (page: Page, label: string | RegExp) => page.getByRole('button', { name: label });

describeWithBrowser('a deployment', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const operator = deployerOf(app.client, app.keys.operator);
    await operator.promoted('content-1');
    await recordUnder(app, 'content-1', 11);
    await operator.take(['complete-deployment', { deploymentId: 'content-1' }]);
  });
  afterAll(() => app.stop());

  const statusOf = async (deploymentId: string): Promise<unknown> => {
    const path = `/v1/projections/deployments/${deploymentId}`;
    const { body } = await app.client.get<{ row?: { status: string } }>(path);
    return body.row?.status;
  };

  /** Records a successful check by the dialog of a gate. */
  const check = async (page: Page, measured: string): Promise<void> => {
    await pressed(page, 'Record a check of error-rate').click();
    await page
      .getByRole('dialog')
      .getByLabel(/Measured/)
      .fill(measured);
    const evidence = `${measured} of 100 failed`;
    await confirm(page, 'Record', { words: [/Evidence/, evidence] });
    await page.getByText(evidence).first().waitFor(); // from then on the page shows what it made of the content
  };

  test('is planned, ticked, checked, signed, decided and taken live on the page alone', async () => {
    const { page, complaints } = await visit(browser, app, '#/deployments');
    await signIn(page, app.keys.operator);
    await pressed(page, 'Plan one…').click();
    await page.getByLabel('Deployment id').fill(name);
    await page.getByLabel('Version').fill('2.4.0');
    await page.getByLabel(/Takes the place of/).fill('content-1');
    await page.getByLabel('Checklist').selectOption('own');
    await page.getByLabel(/An item a line/).fill('reviewed\nvalidation: articles-read');
    await page.getByLabel('Sign-offs').selectOption('own');
    await page.getByLabel(/Roles, a line/).fill('quality');
    await page.getByLabel('Gates').selectOption('own');
    await page.getByLabel(/Gates, a line/).fill('error-rate');
    await looksWell(page, 'deployment-plan');
    await pressed(page, 'Plan it').click();

    const lacks = page.getByRole('region', { name: 'What the GO lacks' });
    await lacks.getByText('is not ticked').waitFor();
    await pressed(page, 'Tick reviewed').click();
    await confirm(page, 'Tick', { words: [/Evidence/, 'pull request 812'] });
    await page.getByText('pull request 812').first().waitFor();
    await check(page, '1.5');
    await lacks.getByText('has not signed').waitFor();
    await pressed(page, 'Approve as quality').click();
    await looksWell(page, 'deployment-sign');
    await confirm(page, 'Approve', { words: [/Comment/, 'read it'] });
    await page.getByText('Nothing: the GO can be given.').waitFor();
    // The button that was pressed is gone; whoever goes on by keyboard goes on from where it was.
    const focused = 'document.activeElement.getAttribute("aria-label")';
    await eventually('the sign-offs have the focus', async () => {
      return (await page.evaluate(focused)) === 'Sign-offs';
    });

    await check(page, '2'); // another measure is another content: what was signed falls
    await page.getByText('as check error-rate became successful', { exact: true }).waitFor();
    await pressed(page, 'Approve as quality').click();
    await confirm(page, 'Approve', {});
    await page.getByRole('button', { name: 'GO…', exact: true }).click();
    await confirm(page, 'Decide GO', { name, words: [/Reason/, 'all of it holds'] });
    await pressed(page, 'Stage…').click();
    await confirm(page, 'Stage the deployment', { name });
    await pressed(page, 'Promote to 50 %…').click();
    await confirm(page, 'Promote to 50 %', { name });
    await page.getByText('was not checked since the last step').waitFor();
    await recordUnder(app, name, 12);
    await check(page, '2');
    await pressed(page, 'Promote to 100 %…').click();
    await confirm(page, 'Promote to 100 %', { name });

    await pressed(page, 'Complete…').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(/Type .* to confirm/).fill(name);
    await dialog.getByRole('button', { name: 'Make it live' }).click();
    await dialog.getByText(/completion lacks: .*error-rate.*articles-read/).waitFor();
    await looksWell(page, 'deployment-refused');
    await dialog.getByRole('button', { name: 'Leave it' }).click();

    await check(page, '2');
    await pressed(page, 'Tick articles-read').click();
    await confirm(page, 'Tick', {});
    await pressed(page, 'Complete…').click();
    await confirm(page, 'Make it live', { name });
    await page.getByText('It is live.').waitFor();
    expect([await statusOf('content-1'), await statusOf(name)]).toEqual(['superseded', 'live']);
    await page.getByRole('link', { name: 'took the place of content-1' }).waitFor();
    await looksWell(page, 'deployment-live');
    expect(complaints.filter((text) => !/409/.test(text))).toEqual([]);
  });

  test('stands beside another one, each figure with the count that it rests on and its events', async () => {
    const { page } = await visit(browser, app, `#/deployments/${name}`);
    await signIn(page, app.keys.analyst);
    const measures = page.getByRole('region', { name: 'Measures side by side' });
    const published = measures.getByRole('row', { name: /Cost per published article/ });
    await published
      .getByText(/\$\d.* USD/)
      .first()
      .waitFor();
    await measures.getByRole('columnheader', { name: 'content-1' }).waitFor();
    await published
      .getByRole('link', { name: /published/ })
      .first()
      .click();
    await page.getByText('Article published').first().waitFor();
    expect(page.url()).toContain(`deployments=${name}`);
  });

  test('is shown as it was: a link to a past moment has its state of then, and offers nothing', async () => {
    const planned = await app.client.get<{ events: { position: string }[] }>(
      `/v1/events?streams=deployment-${name}&types=DeploymentPlanned,ReadinessAssessed&limit=2`,
    );
    const [plan = '', assessed = ''] = planned.body.events.map(({ position }) => position);
    const { page } = await visit(browser, app, `#/deployments/${name}?asOf=${plan}`);
    await signIn(page, app.keys.operator);
    await page.getByText('It was not assessed yet').waitFor();
    await page.goto(`${app.url}/#/deployments/${name}?asOf=${assessed}`);
    await page.getByText('0 of 2 ticked').waitFor();
    const lacks = page.getByRole('region', { name: 'What the GO lacks' });
    await lacks.getByText('has not signed').waitFor();
    await page.getByRole('region', { name: 'Measures side by side' }).waitFor();
    expect(await page.getByRole('group', { name: 'Actions' }).count()).toBe(0);
    await looksWell(page, 'deployment-past');
  });

  test('that nobody planned leads from an event to what was recorded under its name', async () => {
    const headers = { 'X-Deployment-Id': 'by-name-alone' };
    const { body } = await app.client.command(
      'start-execution',
      { executionId: 'under-it' },
      { headers },
    );
    const { page } = await visit(browser, app, `#/events/${body.position}`);
    await signIn(page, app.keys.analyst);
    await page.getByRole('link', { name: 'by-name-alone' }).click();
    await page.getByText(/no deployment of this id has been planned/).waitFor();
    await page.getByRole('link', { name: 'its executions' }).click();
    await page.getByRole('row', { name: /under-it/ }).waitFor();
  });

  test('is found behind thirty others, a page at a time, and the way back', async () => {
    const lines = Array.from({ length: 40 }, (_, index) => ({
      command: 'plan-deployment',
      data: { deploymentId: `plan-${String(index + 1)}`, version: '3.0.0', checklist: [] },
    }));
    const { body } = await app.client.bulk(lines, { key: app.keys.operator });
    expect(body.every(({ status }) => status === 200)).toBe(true);
    const { page } = await visit(browser, app, '#/deployments');
    await signIn(page, app.keys.analyst);
    const list = page.getByRole('region', { name: 'Deployments', exact: true }).last();
    await list.getByRole('link', { name: 'plan-40' }).waitFor();
    expect(await list.getByRole('link').count()).toBe(30);
    await pressed(page, 'Older').click();
    await list.getByRole('link', { name: 'content-1' }).waitFor();
    await page.getByText('Page 2').waitFor();
    expect(await list.getByRole('link', { name: 'plan-40' }).count()).toBe(0);
    expect(await pressed(page, 'Older').isDisabled()).toBe(true);
    await pressed(page, 'Newer').click();
    await list.getByRole('link', { name: 'plan-40' }).waitFor();
    expect(await pressed(page, 'Newer').isDisabled()).toBe(true);
  });

  test('is read by an analyst, who is offered nothing to do to it', async () => {
    const { page } = await visit(browser, app, '#/overview');
    await signIn(page, app.keys.analyst);
    const row = page.getByRole('row', { name: new RegExp(`^${name}`) });
    await row.getByText('live', { exact: true }).waitFor();
    await row.getByRole('link').click();
    await page.getByText('It is live.').waitFor();
    for (const label of [/^Measure/, /^Record/, /^Untick/, /^Roll back/, /^Plan one/]) {
      expect(await pressed(page, label).count()).toBe(0);
    }
  });
});
