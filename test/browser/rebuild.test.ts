import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { describeWithBrowser } from '../harness/browser';
import { eventually } from '../harness/eventually';
import { operatorOf } from '../harness/rebuilds';
import { work } from '../harness/work';
import { confirm } from './confirming';
import { looksWell, signIn, visit } from './dashboard';

describeWithBrowser('a rebuild', (browser) => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await work(app.client, { executions: 4, calls: 6 });
    await eventually('the calls are counted', async () => {
      const { status } = await app.client.get('/v1/projections/roi-totals?minPosition=28');
      return status === 200;
    });
    await app.database.sql('update read.roi_totals set calls = calls + 5 where agent = $1', [
      'writer',
    ]);
  });
  afterAll(() => app.stop());

  test('is planned, started, compared by row and field, accepted by name, and reverted', async () => {
    const { page, complaints } = await visit(browser, app, '#/rebuilds');
    await signIn(page, app.keys.operator);
    await page.getByRole('checkbox', { name: 'roi-totals' }).check();
    await page.getByRole('group', { name: 'Plan' }).getByText('Events to read').waitFor();
    await page.getByRole('button', { name: 'Start…' }).click();
    await confirm(page, 'Start', { name: 'roi-totals' });

    const diff = page.getByRole('region', { name: 'Samples of rows that differ in roi-totals' });
    await diff.getByText('calls').first().waitFor();
    const proof = page.getByRole('region', { name: 'Proof by read model' });
    await proof.getByText('holds', { exact: true }).waitFor();
    await looksWell(page, 'rebuild-diff');
    await page.getByRole('button', { name: 'Accept and take live…' }).click();
    await looksWell(page, 'rebuild-confirm');
    await confirm(page, 'Accept the differences', {
      name: 'roi-totals',
      words: [/Reason/, 'changed by hand'],
    });
    await page.getByText('completed', { exact: true }).waitFor();
    // The page has it from the ledger, which the read model follows.
    const ended = await app.client.get<{ events: { position: string }[] }>(
      '/v1/events?types=RebuildCompleted',
    );
    const { body } = await app.client.get<{ rows: { outcome: string }[] }>(
      `/v1/projections/rebuilds?minPosition=${String(ended.body.events[0]?.position)}`,
    );
    expect(body.rows.map(({ outcome }) => outcome)).toEqual(['cut-over']);

    const started = await app.client.get<{ events: { position: string }[] }>(
      '/v1/events?types=RebuildStarted',
    );
    await page.goto(`${page.url()}?asOf=${String(started.body.events[0]?.position)}`);
    const then = page.getByRole('region', { name: 'As it was' });
    await then.getByText('running', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Now' }).click();
    await page.getByText('completed', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Rebuilds', exact: true }).first().click();
    await page.getByRole('button', { name: 'Revert roi-totals' }).click();
    await confirm(page, 'Revert', {
      name: 'roi-totals',
      words: [/Reason/, 'to see that it works'],
    });
    const reverted = await app.client.get<{ events: unknown[] }>(
      '/v1/events?types=ProjectionReverted',
    );
    expect(reverted.body.events).toHaveLength(1);
    expect(complaints).toEqual([]);
  });

  test('of a part of the ledger is compared with all of it when somebody looks', async () => {
    const operator = operatorOf(app.client, app.keys.operator);
    const { rebuildId } = await operator.rebuild({
      projections: ['roi-totals'],
      scope: { types: ['StageStarted'] },
    });
    const { page, complaints } = await visit(browser, app, `#/rebuilds/${rebuildId}`);
    await signIn(page, app.keys.operator);
    const diff = page.getByRole('region', { name: 'Samples of rows that differ in roi-totals' });
    await diff.getByText('missing').first().waitFor();
    await looksWell(page, 'rebuild-of-a-part');
    expect(complaints).toEqual([]);
  });

  test('is not offered to an analyst, nor is a query that is recorded', async () => {
    const { page } = await visit(browser, app, '#/rebuilds');
    await signIn(page, app.keys.analyst);
    await page.getByText('There is no such page for your key.').waitFor();
    expect(await page.getByRole('link', { name: 'Rebuilds' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Style memory' }).first().click();
    await page.getByText('Paragraphs in use').waitFor();
    expect(await page.getByText('Try a query').count()).toBe(0);
  });
});
