import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { signIn, visit } from './dashboard';

describeWithBrowser('a past moment', (browser) => {
  let app: TestApp;
  let before: string;
  beforeAll(async () => {
    app = await startApp();
    const started = await app.client.command('start-execution', { executionId: 'first' });
    before = started.body.position;
    await app.client.command('cancel-execution', { executionId: 'first', reason: 'changed' });
    await app.client.command('start-execution', { executionId: 'second' });
  });
  afterAll(() => app.stop());

  test('is in the address: a link shows on every page what was known then', async () => {
    const { page, complaints } = await visit(browser, app, `#/executions?asOf=${before}`);
    await signIn(page, app.keys.analyst);
    const first = page.getByRole('row', { name: /first/ });
    await first.getByText('running').waitFor();
    expect(await page.getByRole('row', { name: /second/ }).count()).toBe(0);

    await page.getByRole('link', { name: 'first' }).click();
    await page.getByRole('heading', { level: 1, name: /first$/ }).waitFor();
    await page.getByText('running', { exact: true }).first().waitFor();
    expect(page.url()).toContain(`asOf=${before}`);
    expect(await page.getByText('Execution cancelled').count()).toBe(0);

    await page.getByRole('button', { name: 'Now' }).click();
    await page.getByText('cancelled', { exact: true }).first().waitFor();
    await page.getByText('Execution cancelled').waitFor();
    expect(page.url()).not.toContain('asOf');
    expect(complaints).toEqual([]);
  });

  test('has of an event what had come of it by then, and none that came later', async () => {
    const { page } = await visit(browser, app, `#/events/${before}`);
    await signIn(page, app.keys.analyst);
    const stream = page.getByRole('region', { name: 'In its stream' });
    await stream.getByRole('link', { name: /Execution cancelled/ }).click();
    await page.getByRole('heading', { name: 'ExecutionCancelled' }).waitFor();
    await page.goto(`${page.url()}?asOf=${before}`);
    await page.getByText(/At the moment shown there was no event at position/).waitFor();
    await page.goto(`${app.url}/#/events/${before}?asOf=${before}`);
    await stream.getByRole('link', { name: /Execution started/ }).waitFor();
    expect(await stream.getByRole('link', { name: /Execution cancelled/ }).count()).toBe(0);
  });

  test('that lies ahead is said to, and is no fault', async () => {
    const { page } = await visit(browser, app, '#/executions?asOf=2999-01-01T00:00:00Z');
    await signIn(page, app.keys.analyst);
    await page.getByText('The moment of the address lies ahead.').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await page.getByRole('button', { name: 'Now' }).click();
    await page.getByRole('row', { name: /second/ }).waitFor();
  });

  test('has its own counts of executions by status', async () => {
    const { page } = await visit(browser, app, `#/overview?asOf=${before}`);
    await signIn(page, app.keys.analyst);
    const panel = page.getByRole('region', { name: 'Executions by status' });
    await panel.getByText('1 execution in all').waitFor();
    await panel.getByRole('link', { name: /^running ?1$/ }).waitFor();
    await panel.getByRole('link', { name: /^cancelled ?0$/ }).waitFor();
    await page.getByRole('button', { name: 'Now' }).click();
    await panel.getByText('2 executions in all').waitFor();
    await panel.getByRole('link', { name: /^cancelled ?1$/ }).click();
    await page.getByRole('row', { name: /first/ }).waitFor();
    expect(await page.getByRole('row', { name: /second/ }).count()).toBe(0);
  });

  test('is reached by keyboard with the slider, and back again', async () => {
    const { page } = await visit(browser, app, '#/executions');
    await signIn(page, app.keys.analyst);
    await page.getByRole('row', { name: /second/ }).waitFor();
    const slider = page.getByRole('slider', { name: 'Position in the ledger' });
    await page.getByText(/^Now · position/).waitFor(); // before that it does not know its end
    await slider.press('Home');
    await page.waitForURL(/asOf=1$/);
    await page.getByRole('row', { name: /first/ }).getByText('running').waitFor();
    expect(await page.getByRole('row', { name: /second/ }).count()).toBe(0);
    await page.getByText(/^As of position 1 /).waitFor(); // nor where it stands
    await slider.press('End');
    await page.getByRole('row', { name: /second/ }).waitFor();
    expect(page.url()).not.toContain('asOf');
  });

  test('behind the last event shows all of them, and the slider at the last', async () => {
    const { body } = await app.client.get<{ toPosition: string }>('/v1/events/counts');
    const { page, complaints } = await visit(
      browser,
      app,
      `#/events?asOf=${new Date().toISOString()}`,
    );
    await signIn(page, app.keys.analyst);
    await page.getByRole('link', { name: /Execution started.*execution-second/ }).waitFor();
    await page.getByText(`As of position ${body.toPosition} `).waitFor();
    const slider = page.getByRole('slider', { name: 'Position in the ledger' });
    expect(await slider.inputValue()).toBe(body.toPosition);
    expect(complaints).toEqual([]);
  });

  test('is found though the server was away when it was asked for', async () => {
    const { page } = await visit(browser, app, '#/executions');
    await signIn(page, app.keys.analyst);
    await page.getByRole('row', { name: /second/ }).waitFor();
    let isAway = true;
    await page.route(`**/v1/events/${before}`, async (route) => {
      await (isAway ? route.abort() : route.continue());
      isAway = false;
    });
    await page.goto(`${app.url}/#/executions?asOf=${before}`);
    const slider = page.getByRole('slider', { name: 'Position in the ledger' });
    await page.getByText(`As of position ${before} `).waitFor();
    expect(await slider.inputValue()).toBe(before);
  });

  test('before the first event is told to have none', async () => {
    const { page } = await visit(browser, app, '#/overview?asOf=2020-01-01T00:00:00Z');
    await signIn(page, app.keys.analyst);
    await page.getByText('Nothing had been recorded by then.').waitFor();
    await page.getByText('No call was recorded in these days.').waitFor();
  });

  test('of another zone is told, and counted from, in UTC', async () => {
    const moment = encodeURIComponent('2020-01-01T01:30:00+02:00');
    const { page } = await visit(browser, app, `#/roi?asOf=${moment}`);
    await signIn(page, app.keys.analyst);
    await page.getByText('2019-12-31 23:30:00 UTC').waitFor();
    expect(await page.getByLabel('To day').inputValue()).toBe('2019-12-31');
  });

  test('is typed as a position or a time of UTC; anything else is told what it should be', async () => {
    const { page } = await visit(browser, app, '#/executions');
    await signIn(page, app.keys.analyst);
    const field = page.getByLabel('Go to a position or a time of UTC');
    await field.fill('yesterday');
    await field.press('Enter');
    await page.getByText(/a position such as 12000/).waitFor();
    await field.fill('2020-01-01 12:00');
    await field.press('Enter');
    await page.waitForURL(/asOf=2020-01-01T12/);
    await page.getByText('No execution is like this at the moment shown.').waitFor();
  });

  test('an address whose moment is none says so, and leads back to now', async () => {
    const { page, complaints } = await visit(browser, app, '#/overview?asOf=garbage');
    await signIn(page, app.keys.analyst);
    await page.getByText('The address asks for a moment that is none').waitFor();
    await page.getByRole('button', { name: 'Now' }).click();
    await page.getByText('Started, 24 h').waitFor();
    await page.goto(`${app.url}/#/overview?asOf=`);
    await page.getByText(/^Now · position/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('is told what it should be where events are looked for from it, too', async () => {
    const { page } = await visit(browser, app, '#/events');
    await signIn(page, app.keys.analyst);
    const field = page.getByLabel('From a position or UTC time');
    await field.fill('yesterday');
    await field.press('Enter');
    await page.getByText(/From is a position such as 12000/).waitFor();
    await field.fill('1');
    await field.press('Enter');
    await page.waitForURL(/at=1/);
    await page.getByText(/From is a position/).waitFor({ state: 'detached' });
  });
});
