/* What has to hold after every fault, whichever it was. */
import {
  acknowledgementFaults,
  askedFor,
  ledgerFaults,
  readLedger,
  unacknowledged,
} from './ledger-rows';
import type { Load } from './load';
import { foldedFrom, readTogether } from './read-models';

/** Longest list of faults worth printing. */
const few = 10;

/** While the load goes on: what was acknowledged until now is there, and the ledger is sound. */
export const expectNothingLost = async (url: string, load: Load): Promise<void> => {
  const told = new Map(load.acknowledged);
  const ledger = await readLedger(url);
  expect(ledgerFaults(ledger).slice(0, few)).toEqual([]);
  expect(acknowledgementFaults(ledger, told).slice(0, few)).toEqual([]);
};

/** Once the load is finished: everything is there exactly once, and the read models are exact. */
export const expectAllExact = async (url: string, load: Load): Promise<void> => {
  await expectNothingLost(url, load);
  expect(load.findings.slice(0, few)).toEqual([]);
  expect([...load.issued].filter((intent) => !load.acknowledged.has(intent))).toEqual([]);
  const { ledger, models } = await readTogether(url);
  expect(unacknowledged(ledger, load.acknowledged).slice(0, few)).toEqual([]);
  expect(askedFor(ledger)).toHaveLength(load.acknowledged.size);
  expect(models).toEqual(foldedFrom(ledger));
};
