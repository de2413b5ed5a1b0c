import type { Browser } from 'playwright-core';
import { visitor } from '../browser';
import type { Context } from '../context';
import { below, measured } from '../figures';
import type { Row } from '../figures';
import type { Flowledger } from '../flowledger';
import { percentiles } from './percentiles';

/** Tells when the overview first has its figures, and when nothing on it waits for an answer any more. */
const watchFirstView = `
globalThis.views = new Promise((resolve) => {
  let figures;
  const look = () => {
    const hasFigures = document.querySelector('[aria-label="Last 24 hours"] .figure__value') !== null;
    if (!hasFigures) return;
    figures ??= performance.now();
    if (document.querySelector('[aria-busy="true"]') !== null) return;
    observer.disconnect();
    resolve({ figures, whole: performance.now() });
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { subtree: true, childList: true, attributes: true });
});`;

interface Views {
  readonly figures: number;
  readonly whole: number;
}

/** From the navigation of somebody who has nothing cached. */
const firstView = async (browser: Browser, server: Flowledger): Promise<Views> => {
  const visit = await visitor(browser, server);
  try {
    await visit.addInitScript(watchFirstView);
    const page = await visit.newPage();
    await page.goto(`${server.url}/#/overview`, { waitUntil: 'commit' });
    return await page.evaluate<Views>('views');
  } finally {
    await visit.close();
  }
};

/** From the navigation to the overview's figures, and to all of it. */
export const firstViews = async (
  context: Context,
  browser: Browser,
  server: Flowledger,
): Promise<Row[]> => {
  const times = context.quick ? 5 : 30;
  context.say(`dashboard: ${times} first views`);
  await firstView(browser, server); // the browser's own first page is none of ours
  const views: Views[] = [];
  for (let view = 1; view <= times; view += 1) views.push(await firstView(browser, server));
  const figures = views.map((view) => view.figures);
  const whole = views.map((view) => view.whole);
  return [
    measured(
      {
        figure: 'first view, figures there',
        unit: 'ms',
        note: percentiles(figures),
        budget: below(1_000, 'ms'),
      },
      figures,
    ),
    measured({ figure: 'first view, whole overview', unit: 'ms', note: percentiles(whole) }, whole),
  ];
};
