/* Whether the read models are what the ledger folds to. */
import { readLedger } from '../faults/ledger-rows';
import { foldedFrom, readModelsAt } from '../faults/read-models';
import type { TestDatabase } from './database';
import { eventually } from './eventually';
import { positionOf } from './ledger-proof';

/**
 * Waits until the read models have applied the whole ledger, and compares them with its fold. What ends
 * by itself, such as a rebuild, may add to it meanwhile: then both are read again.
 */
export const expectExact = async (database: TestDatabase): Promise<void> => {
  const { ledger, models } = await eventually(
    'a ledger that stands still',
    async () => {
      const read = await readLedger(database.ownerUrl);
      const found = await readModelsAt(database.ownerUrl, read);
      const stood = (await positionOf(database)) === Number(read.head.position);
      return stood && { ledger: read, models: found };
    },
    { within: 60_000 },
  );
  expect(models).toEqual(foldedFrom(ledger));
};
