/* What axe finds on a page (https://github.com/dequelabs/axe-core), by WCAG 2.2 AA and good practice. */
import { source } from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

/** The serious faults of what is shown, each with the elements that have it; by all rules, or by one. */
export const seriousFaults = async (page: Page, rule?: string): Promise<string[]> => {
  const options = { resultTypes: ['violations'], ...(rule === undefined ? {} : { runOnly: rule }) };
  await page.evaluate(`globalThis.axe === undefined && (() => { ${source} })()`);
  const { violations } = await page.evaluate<AxeResults>(`axe.run(${JSON.stringify(options)})`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
};
