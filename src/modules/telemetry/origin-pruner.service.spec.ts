import type { DataSource } from 'typeorm';
import type { Settings } from '../config/settings';
import { Metrics } from '../metrics/metrics';
import { OriginPruner } from './origin-pruner.service';
import type { Tracing } from './tracing';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const prunerWith = (query: () => Promise<unknown>): OriginPruner =>
  new OriginPruner(
    { query } as unknown as DataSource,
    { kafka: null } as unknown as Settings,
    {} as unknown as Tracing,
    new Metrics(),
  );

test('a database that stands still is asked once, and again when it has answered', async () => {
  let answer: (rows: unknown[]) => void = () => undefined;
  const query = jest.fn(() => new Promise<unknown>((resolve) => (answer = resolve)));
  const pruner = prunerWith(query);
  pruner.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(300_000);
  expect(query).toHaveBeenCalledTimes(1);
  answer([]);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(query).toHaveBeenCalledTimes(2);
  answer([]);
  await pruner.onApplicationShutdown();
});

test('nothing is asked any more once it has stopped', async () => {
  const query = jest.fn(() => Promise.resolve([]));
  const pruner = prunerWith(query);
  pruner.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(10_000);
  await pruner.onApplicationShutdown();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(query).toHaveBeenCalledTimes(1);
});
