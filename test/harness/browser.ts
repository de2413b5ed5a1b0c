/*
 * A real browser for the suites that look at the dashboard: Debian's Chromium, or whichever there is
 * on the PATH or named by CHROMIUM_PATH.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { browserNames, findBrowser } from '../../scripts/bench/browser';

const notFound = `no browser was found: none of ${browserNames.join(', ')} is on the PATH`;
const built = join(__dirname, '../../dist/web/index.html');

/** What a test opens pages with. */
export interface TestBrowser {
  /** A tab of its own, which shares nothing with others. */
  open(options?: BrowserContextOptions): Promise<Page>;
}

/**
 * A `describe` for suites that need a browser. Without one the suite is reported by name with the
 * reason, and skipped; where CI is set it fails instead.
 */
export const describeWithBrowser = (name: string, fn: (browser: TestBrowser) => void): void => {
  jest.setTimeout(180_000); // a browser beside other suites has little of the machine
  const path = findBrowser();
  if (path !== undefined) {
    describe(name, () => {
      fn(launched(path));
    });
    return;
  }
  const ci = process.env['CI'];
  if (ci !== undefined && ci !== '' && ci !== 'false') {
    test(`${name}: has a browser to run in`, () => {
      throw new Error(`CI skips no suite, and this one cannot run: ${notFound}`);
    });
    return;
  }
  describe.skip(`${name} (${notFound})`, () => {
    fn(launched(''));
  });
};

const launched = (executablePath: string): TestBrowser => {
  let browser: Browser | undefined;
  beforeAll(async () => {
    if (!existsSync(built)) throw new Error(`${built} is not there: run npm run build first`);
    browser = await chromium.launch({ executablePath, timeout: 90_000 });
  });
  afterAll(() => browser?.close());
  return {
    open: async (options) => {
      if (browser === undefined) throw new Error('the browser is not running');
      const context = await browser.newContext({ ...options });
      const page = await context.newPage();
      page.setDefaultTimeout(40_000);
      return page;
    },
  };
};
