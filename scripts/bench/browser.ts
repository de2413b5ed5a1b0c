import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Browser, BrowserContext } from 'playwright-core';
import type { Context } from './context';
import type { Flowledger } from './flowledger';
import { NotHere } from './measurement';
import { projectFolder } from './places';

/** As which a Chromium is looked for. */
export const browserNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];

/** The path of a Chromium: named by CHROMIUM_PATH, or on the PATH. */
export const findBrowser = (): string | undefined => {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = folders.flatMap((folder) => browserNames.map((name) => join(folder, name)));
  return [process.env['CHROMIUM_PATH'] ?? '', ...candidates].find(
    (path) => path !== '' && existsSync(path),
  );
};

/**
 * A browser in a process of its own, until the measurement ends.
 *
 * @throws NotHere where there is none, or nothing to show in it.
 */
export const startBrowser = async (context: Context): Promise<Browser> => {
  const executablePath = findBrowser();
  if (executablePath === undefined)
    throw new NotHere(`none of ${browserNames.join(', ')} is on the PATH`);
  if (!existsSync(join(projectFolder, 'dist/web/index.html'))) {
    throw new NotHere('the dashboard is not built: npm run build');
  }
  const { chromium } = await import('playwright-core').catch(() => {
    throw new NotHere('playwright-core is not installed');
  });
  return context.hold(
    () => chromium.launch({ executablePath }),
    (browser) => browser.close(),
  );
};

/** Somebody who is signed in, with nothing cached. */
export const visitor = async (
  browser: Browser,
  { key }: Pick<Flowledger, 'key'>,
): Promise<BrowserContext> => {
  const visit = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  await visit.addInitScript(`sessionStorage.setItem('flowledger.key', ${JSON.stringify(key)})`);
  return visit;
};
