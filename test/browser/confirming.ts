import type { Page } from 'playwright-core';

interface Words {
  /** The name that is typed; none where the dialog asks for none. */
  readonly name?: string;
  /** By the beginning of their label. */
  readonly words?: readonly [label: RegExp, text: string];
}

/** Fills the dialog that is open and confirms it: not before what it asks for is there. */
export const confirm = async (
  page: Page,
  action: string,
  { name, words }: Words,
): Promise<void> => {
  const dialog = page.getByRole('dialog');
  const button = dialog.getByRole('button', { name: action });
  if (words !== undefined) await dialog.getByLabel(words[0]).fill(words[1]);
  if (name !== undefined) {
    expect(await button.isDisabled()).toBe(true);
    await dialog.getByLabel(/Type .* to confirm/).fill(name);
  }
  await button.click();
  await dialog.waitFor({ state: 'detached' });
};
