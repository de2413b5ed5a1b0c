import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { signIn, visit } from './dashboard';

describeWithBrowser('signing in', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  test('a key opens the dashboard, for this tab only, until it is closed or signed out', async () => {
    const { page, complaints } = await visit(browser, app);
    await signIn(page, app.keys.analyst);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect(complaints).toEqual([]);

    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();

    const other = await page.context().newPage();
    await other.goto(app.url);
    await other.getByLabel('Key', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Key', { exact: true }).waitFor();
    await page.reload();
    await page.getByLabel('Key', { exact: true }).waitFor();
  });

  test('a key is kept while a proxy says that the server is away', async () => {
    const { page } = await visit(browser, app);
    await signIn(page, app.keys.analyst);
    let isAway = true;
    await page.route('**/v1/me', (route) =>
      isAway ? route.fulfill({ status: 502, body: 'Bad Gateway' }) : route.continue(),
    );
    const refused = page.waitForResponse((response) => response.status() === 502);
    await page.reload();
    await refused;
    await page.getByText('it has not answered yet').waitFor();
    isAway = false;
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  });

  test('a key that is not valid opens nothing, and is said to be so', async () => {
    const { page } = await visit(browser, app);
    await page.getByLabel('Key', { exact: true }).fill('not-a-key-of-this-server');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This key is not valid here.').waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
  });
});
