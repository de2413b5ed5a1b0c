import type { Browser, Page } from 'playwright-core';
import { startBrowser, visitor } from '../browser';
import { rate } from '../dashboard/drive-beside';
import { firstViews } from '../dashboard/first-views';
import { heapsOver } from '../dashboard/heap';
import { updates } from '../dashboard/updates';
import { startFlowledger } from '../flowledger';
import type { Flowledger } from '../flowledger';
import { startExecutions, untilApplied } from '../ledger';
import type { Measurement } from '../measurement';
import { connect, createDatabase } from '../postgres';
import { warmUp } from '../warm-up';

const opened = async (browser: Browser, server: Flowledger, address: string): Promise<Page> => {
  const page = await (await visitor(browser, server)).newPage();
  await page.goto(`${server.url}/${address}`);
  await page.locator('[data-state="live"]').waitFor();
  await page.locator('[aria-busy="true"]').first().waitFor({ state: 'detached' });
  return page;
};

/** What somebody waits for who looks at the dashboard. */
export const dashboard: Measurement = {
  name: 'dashboard',
  summary: `the overview's first view; from an event to its figure, and a page's heap, at ${rate} calls a second`,
  budget: 'first view < 1 s; figure p95 < 1 s; heap of the last quarter <= 1.1 x',
  run: async (context) => {
    const browser = await startBrowser(context);
    const database = await createDatabase(context, 'dashboard');
    const server = await startFlowledger(context, { name: 'dashboard', database });
    const client = await connect(context, database.ownerUrl);
    await startExecutions(server);
    await warmUp(context, server);
    await untilApplied(client);
    const views = await firstViews(context, browser, server);
    const watched = await opened(browser, server, '#/overview');
    const seen = await updates(context, watched, server);
    await watched.close();
    const heaps = await heapsOver(
      context,
      [
        { name: 'overview', page: await opened(browser, server, '#/overview') },
        { name: 'live tail', page: await opened(browser, server, '#/events') },
      ],
      server,
    );
    return [...views, ...seen, ...heaps];
  },
};
