/* Whether the read models are what the ledger folds to. */
import { readLedger } from '../faults/ledger-rows';
import { foldedFrom, readModelsAt } from '../faults/read-models';
import type { TestDatabase } from './database';

/** Waits until the read models have applied the whole ledger, and compares them with its fold. */
export const expectExact = async ({ ownerUrl }: TestDatabase): Promise<void> => {
  const ledger = await readLedger(ownerUrl);
  expect(await readModelsAt(ownerUrl, ledger)).toEqual(foldedFrom(ledger));
};
