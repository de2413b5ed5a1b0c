import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { seriousFaults } from './accessibility';
import { signIn, visit } from './dashboard';
import { recordDay } from './recorded-day';

const pictures = join(__dirname, '../../test-output/dashboard');

/** Every page, with what is on it once it has its answers. */
const pages: readonly (readonly [name: string, address: string, shown: string])[] = [
  ['overview', '#/overview', 'Started, 24 h'],
  ['executions', '#/executions', 'day-0-001'],
  ['execution', '#/executions/day-0-001', 'By revision'],
  ['events', '#/events', 'Style memory queried'],
  ['events-browsed', '#/events?types=QualityScored', 'Quality scored'],
  ['event', '#/events/200', 'Causes and effects'],
  ['overview-past', '#/overview?asOf=900', 'As of position 900'],
];

/** Until nothing on the page waits for an answer any more. */
const settled = async (page: Page, shown: string): Promise<void> => {
  await page.getByText(shown).first().waitFor();
  await page.locator('[aria-busy="true"], .placeholder').first().waitFor({ state: 'detached' });
};

describeWithBrowser('every page', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await recordDay(app);
    await mkdir(pictures, { recursive: true });
  });
  afterAll(() => app.stop());

  describe.each(['light', 'dark'] as const)('in %s colours', (colorScheme) => {
    test('is whole, keeps to its policy, and axe finds nothing serious on it', async () => {
      const size = { width: 1440, height: 900 };
      const { page, complaints } = await visit(browser, app, '', { colorScheme, viewport: size });
      expect(await seriousFaults(page)).toEqual([]);
      await page.screenshot({ path: join(pictures, `sign-in-${colorScheme}.png`) });
      await signIn(page, app.keys.operator);
      for (const [name, address, shown] of pages) {
        await page.goto(`${app.url}/${address}`);
        await settled(page, shown);
        await page.screenshot({
          path: join(pictures, `${name}-${colorScheme}.png`),
          fullPage: true,
        });
        expect([name, await seriousFaults(page)]).toEqual([name, []]);
      }
      expect(complaints).toEqual([]);
    });
  });

  test.each([360, 2560])('at %d pixels nothing is wider than the window', async (width) => {
    const viewport = { width, height: 1_200 };
    const { page } = await visit(browser, app, '', { viewport });
    await signIn(page, app.keys.operator);
    for (const [name, address, shown] of pages) {
      await page.goto(`${app.url}/${address}`);
      await settled(page, shown);
      await page.screenshot({ path: join(pictures, `${name}-${String(width)}.png`) });
      const over = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      expect([name, over]).toEqual([name, 0]);
    }
  });
});
