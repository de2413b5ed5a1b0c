import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { signIn, visit } from './dashboard';

describeWithBrowser('a page on paper', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await app.client.command('start-execution', { executionId: 'printed' });
  });
  afterAll(() => app.stop());

  test('is light, says which moment it shows, and has nothing to press', async () => {
    const { page } = await visit(browser, app, '#/executions/printed', { colorScheme: 'dark' });
    await signIn(page, app.keys.operator);
    await page.getByText('Raw events').waitFor();
    const ink = (): Promise<string> => page.evaluate('getComputedStyle(document.body).color');
    const onScreen = await ink();
    await page.emulateMedia({ media: 'print' });
    expect([onScreen, await ink()]).toEqual(['rgb(231, 237, 238)', 'rgb(23, 33, 31)']);
    await page.getByText(/^Now · position/).waitFor(); // it may be told later than the page
    expect(await page.getByRole('navigation').count()).toBe(0);
    expect(await page.getByRole('slider').count()).toBe(0);
    const cut = await page.evaluate('getComputedStyle(document.querySelector(".raw")).maxHeight');
    expect(cut).toBe('none');
  });
});
