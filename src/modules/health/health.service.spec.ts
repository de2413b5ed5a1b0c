import type { DataSource } from 'typeorm';
import type { TopicWatch } from '../kafka/topic-watch';
import type { Ledger } from '../ledger/ledger.service';
import type { Standings } from '../projector/standing';
import type { RelayStatus } from '../relay/relay-status';
import type { HealthRegistry } from './health-registry';
import type { LedgerClock } from './ledger-clock';
import { HealthService } from './health.service';

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a database that does not answer is not asked ever more, however often health is asked for', async () => {
  const asked = { database: 0, clock: 0, relay: 0, standings: 0 };
  const never = (what: keyof typeof asked) => () => {
    asked[what] += 1;
    return new Promise(() => undefined);
  };
  const health = new HealthService(
    { query: never('database') } as unknown as DataSource,
    { isConnected: true, refusal: null } as unknown as Ledger,
    { all: never('standings') } as unknown as Standings,
    { read: never('relay') } as unknown as RelayStatus,
    { read: never('clock') } as unknown as LedgerClock,
    { state: { kind: 'unknown' } } as unknown as TopicWatch,
    { look: () => Promise.resolve({}) } as unknown as HealthRegistry,
  );
  for (let look = 0; look < 3; look += 1) {
    const told = health.overall();
    await jest.advanceTimersByTimeAsync(2_000);
    const { status, checks } = await told;
    expect({ status, parts: Object.keys(checks).sort() }).toEqual({
      status: 'unhealthy',
      parts: ['clock', 'database', 'ledger', 'projections', 'relay'],
    });
  }
  expect(asked).toEqual({ database: 1, clock: 1, relay: 1, standings: 1 });

  await jest.advanceTimersByTimeAsync(30_000); // what has no answer by now may never have one
  void health.overall();
  await jest.advanceTimersByTimeAsync(2_000);
  expect(asked).toEqual({ database: 2, clock: 2, relay: 2, standings: 2 });
});
