/* Whether the read models are what the ledger folds to. */
import { projections } from '../../src/projections';
import { foldedFrom, readTogether } from '../faults/read-models';
import type { TestDatabase } from './database';

/** Waits until the read models have applied the whole ledger, and compares them with its fold. */
export const expectExact = async ({ ownerUrl }: TestDatabase): Promise<void> => {
  const { ledger, models } = await readTogether(ownerUrl);
  expect(models).toEqual(foldedFrom(ledger));
};

/** The generation of this code's version that a database has first. */
export const firstGenerationOf = (projection: string): string => {
  const { name, version } = projections.find((one) => one.name === projection)!;
  return `${name.replaceAll('-', '_')}_v${String(version)}_1`;
};
