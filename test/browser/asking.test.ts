import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { foundFrom } from '../harness/style-paragraphs';
import { looksWell, signIn, visit } from './dashboard';

const paragraphs = [
  'Caching a prompt pays from the second call on, and only if its beginning never changes.',
  'A test that fails once in a hundred runs is a measurement of something not yet understood.',
];

describeWithBrowser('what is asked of the server', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    const article = { source: 'a.md', markdown: paragraphs.join('\n\n') };
    const { status, body } = await app.client.command('index-article', article);
    expect(status).toBe(200);
    await foundFrom(app.client, body.position);
  });
  afterAll(() => app.stop());

  test('the style memory shows the score of each arm beside the threshold, and is asked as a fact', async () => {
    const { page, complaints } = await visit(browser, app, '#/style');
    await signIn(page, app.keys.service);
    await page.getByLabel('Text').fill('caching of prompts');
    await page.getByRole('button', { name: 'Ask' }).click();
    const results = page.getByRole('list', { name: 'Results' });
    await results.getByText(/Caching a prompt/).waitFor();
    await results.getByText('Words').waitFor();
    await results.getByText('Meaning').waitFor();
    await looksWell(page, 'style-asked');
    await page.getByRole('link', { name: 'as recorded' }).click();
    await page.getByRole('heading', { name: 'StyleMemoryQueried' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('a proof holds, until a row is changed by hand: then it is named', async () => {
    const { page } = await visit(browser, app, '#/proof');
    await signIn(page, app.keys.analyst);
    await page.getByRole('button', { name: 'Verify now' }).dblclick(); // it does not stop it
    await page.getByText('Everything holds').waitFor();
    await looksWell(page, 'proof-holds');
    await app.database.sql('update read.style_paragraphs set present = 7 where paragraph = 1');
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.getByText('Something does not hold').waitFor();
    await page.getByRole('heading', { name: 'Faults of style-paragraphs' }).waitFor();
    await looksWell(page, 'proof-faults');
  });
});
