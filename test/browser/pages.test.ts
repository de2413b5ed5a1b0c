import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { eventually } from '../harness/eventually';
import { looksWell, pictures, signIn, visit } from './dashboard';
import { recordBenefits, recordDay } from './recorded-day';
import { planned, recordDeployments, rollbackId, takenBack } from './recorded-deployments';

const desk = { width: 1_440, height: 900 };

const past = '900';

/** Every page, with what is on it once it has its answers. */
const pages: readonly (readonly [name: string, address: string, shown: string])[] = [
  ['overview', '#/overview', 'Started, 24 h'],
  ['alerts-none', '#/alerts', 'Rules in force'],
  ['executions', '#/executions', 'day-0-001'],
  ['execution', '#/executions/day-0-001', 'By revision'],
  ['events', '#/events', 'Style memory queried'],
  ['events-browsed', '#/events?types=QualityScored', 'Quality scored'],
  ['event', '#/events/200', 'Causes and effects'],
  ['roi', '#/roi', 'Cost per published article'],
  ['roi-by-model', '#/roi?group=model', 'Cost by day and model'],
  [
    'roi-doubtful',
    '#/roi?kind=unpriced&model=llama-3.3-70b&agent=graphics',
    'Without a price: llama-3.3-70b, graphics',
  ],
  ['style', '#/style', 'Paragraphs in use'],
  ['proof', '#/proof', 'Nothing has been verified'],
  ['deployments', '#/deployments', planned],
  ['deployment', `#/deployments/${planned}`, 'Sign-offs'],
  ['deployment-rolled-back', `#/deployments/${takenBack}`, 'Measure'],
  ['rollbacks', '#/rollbacks', 'Rollbacks'],
  ['rollback', `#/rollbacks/${rollbackId}`, 'Steps'],
  ['rebuilds', '#/rebuilds', 'Live generations'],
  ['overview-past', `#/overview?asOf=${past}`, 'As of position 900'],
];

/** A process builds few read models at once and asks to be patient, which the browser calls an error. */
const buildPast = async ({ client }: TestApp): Promise<void> => {
  const { body } = await client.get<{ projections: { name: string }[] }>('/v1/projections');
  for (const { name } of body.projections) {
    await eventually(`${name} of then is built`, async () => {
      const { status } = await client.get(`/v1/projections/${name}?asOf=${past}&limit=1`);
      return status === 200;
    });
  }
};

describeWithBrowser('every page', (browser) => {
  let app: TestApp;
  let page: Page;
  let complaints: readonly string[];
  beforeAll(async () => {
    app = await startApp();
    await recordBenefits(app);
    await recordDeployments(app);
    await recordDay(app);
    await buildPast(app);
    ({ page, complaints } = await visit(browser, app, '', { viewport: desk }));
  });
  afterAll(() => app.stop());

  test('sign-in looks well, and a key leads on', async () => {
    await looksWell(page, 'sign-in');
    await signIn(page, app.keys.operator);
  });

  test.each(pages)('%s looks well from 360 to 2560 pixels', async (name, address, shown) => {
    await page.setViewportSize(desk);
    await page.goto(`${app.url}/${address}`);
    await page.getByText(shown).first().waitFor();
    await looksWell(page, name);
    for (const width of [360, 2_560]) {
      await page.setViewportSize({ width, height: 1_200 });
      await page.screenshot({ path: join(pictures, `${name}-${String(width)}.png`) });
      // Charts take the width of their place once that has changed.
      await eventually(`nothing sticks out at ${String(width)} pixels`, async () => {
        expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBe(0);
        return true;
      });
    }
  });

  test('none breaks its policy, or throws', () => {
    expect(complaints).toEqual([]);
  });
});
