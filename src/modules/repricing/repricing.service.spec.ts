import type { DataSource } from 'typeorm';
import type { CommandIntake } from '../command-bus/command-intake';
import { Companions } from '../command-bus/companions';
import type { Settings } from '../config/settings';
import { Problem } from '../http/problem';
import type { LedgerReader } from '../ledger/ledger-reader';
import { Metrics } from '../metrics/metrics';
import type { RepricingRun } from './repricing-run';
import { Repricer } from './repricing.service';

const stream = 'repricing-r1';
const started = { type: 'RepricingStarted', data: { from: '', to: '', model: null, bookFacts: 1 } };
const reader = {
  histories: () => Promise.resolve(new Map([[stream, { events: [started] }]])),
} as unknown as LedgerReader;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

const carriedOut = (failure: Error): Promise<void> => {
  const run = { record: () => Promise.reject(failure) };
  const repricer = new Repricer(
    {} as Settings,
    '',
    {} as unknown as DataSource,
    reader,
    {} as unknown as CommandIntake,
    run as unknown as RepricingRun,
    new Metrics(),
    new Companions(),
  ) as unknown as { carryOut: (repricingId: string, signal: AbortSignal) => Promise<void> };
  return repricer.carryOut('r1', new AbortController().signal);
};

test('a repricing that fails is no longer watched: it is tried again, and watched again then', async () => {
  const tried = carriedOut(new Error('the database is away'));
  await expect(tried).rejects.toThrow('the database is away');
  expect(jest.getTimerCount()).toBe(0);
});

test('a repricing that was cancelled while it recorded has ended, and did not fail', async () => {
  const refusal = new Problem(409, 'repricing-ended', 'the repricing is cancelled');
  await expect(carriedOut(refusal)).resolves.toBeUndefined();
  expect(jest.getTimerCount()).toBe(0);
});
