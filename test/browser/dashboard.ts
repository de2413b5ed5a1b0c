/* The dashboard as somebody uses it. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { TestApp } from '../harness/app';
import type { TestBrowser } from '../harness/browser';
import { eventually } from '../harness/eventually';
import { seriousFaults } from './accessibility';

export interface Visit {
  readonly page: Page;
  /** What the browser complained of: faults of scripts, and whatever its policy refused. */
  readonly complaints: readonly string[];
}

/** Until every read model has all that was recorded. */
const caughtUp = async ({ client }: Pick<TestApp, 'client'>): Promise<void> => {
  const { body } = await client.get<{ toPosition: string }>('/v1/events/counts');
  const end = BigInt(body.toPosition);
  await eventually(`the read models at ${body.toPosition}`, async () => {
    const standings = await client.get<{ projections: readonly { position: string }[] }>(
      '/v1/projections',
    );
    return standings.body.projections.every(({ position }) => BigInt(position) >= end);
  });
};

/** An answer that asks for patience: on a slow machine there are some, and whether a page has it is seen on it. */
const isPatience = (complaint: string): boolean => /status of 503/.test(complaint);

/**
 * Opens the dashboard at an address of its own, such as `#/roi`, without signing in. It shows at once
 * what was recorded before.
 */
export const visit = async (
  browser: TestBrowser,
  app: Pick<TestApp, 'url' | 'client'>,
  address = '',
  options: Parameters<TestBrowser['open']>[0] = {},
): Promise<Visit> => {
  const page = await browser.open(options);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !isPatience(message.text())) complaints.push(message.text());
  });
  await caughtUp(app);
  await page.goto(`${app.url}/${address}`);
  return { page, complaints };
};

export const signIn = async (page: Page, key: string): Promise<void> => {
  await page.getByLabel('Key', { exact: true }).fill(key);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
};

export const pictures = join(__dirname, '../../test-output/dashboard');

/** Until nothing on the page waits for an answer any more; what does is paler. */
const settled = (page: Page): Promise<void> =>
  page.locator('[aria-busy="true"], .placeholder').first().waitFor({ state: 'detached' });

/** In both themes, by the system's wish: axe finds nothing serious, and a picture is taken. */
export const looksWell = async (page: Page, name: string): Promise<void> => {
  await mkdir(pictures, { recursive: true });
  await settled(page);
  await page.emulateMedia({ colorScheme: 'light' });
  expect(await seriousFaults(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, `${name}-light.png`), fullPage: true });
  await page.emulateMedia({ colorScheme: 'dark' });
  expect(await seriousFaults(page, 'color-contrast')).toEqual([]);
  await page.screenshot({ path: join(pictures, `${name}-dark.png`), fullPage: true });
};
