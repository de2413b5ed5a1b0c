/* Whether the read models are what the ledger folds to. */
import { foldedFrom, readTogether } from '../faults/read-models';
import type { TestDatabase } from './database';

/** Waits until the read models have applied the whole ledger, and compares them with its fold. */
export const expectExact = async ({ ownerUrl }: TestDatabase): Promise<void> => {
  const { ledger, models } = await readTogether(ownerUrl);
  expect(models).toEqual(foldedFrom(ledger));
};
