import type { RollbackStep } from '../../events/rollback.events';
import type { CommandIntake } from '../command-bus/command-intake';
import type { Settings } from '../config/settings';
import type { RehearsalAges } from '../deployment/rehearsal-ages';
import type { HealthService } from '../health/health.service';
import { Problem } from '../http/problem';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import { Metrics } from '../metrics/metrics';
import type { ActingSteps } from './acting-steps';
import type { CheckingSteps } from './checking-steps';
import type { RecordedRollbacks, Rollback } from './recorded-rollbacks';
import type { RehearsedSteps } from './rehearsed-steps';
import { RollbackTroubles } from './rollback-troubles';
import { Rollbacker } from './rollbacker.service';

type Facts = { name: string; body: Record<string, unknown> }[];

const stepsBefore: RollbackStep[] = [
  ...(['verify-state', 'check-target', 'stop-work', 'switch', 'verify-dependencies'] as const),
];

/** A rollback at its step 6, which does what `take` does; it is over once its step is taken or has failed. */
const rollbackerOf = (take: () => Promise<{ evidence: string }>, refusal: Error | null = null) => {
  const facts: Facts = [];
  const troubles = new RollbackTroubles();
  const find = (): Promise<Rollback> =>
    Promise.resolve({
      rollbackId: 'r1',
      version: 7,
      taken: stepsBefore,
      isRehearsal: false,
      status: facts.length === 0 ? 'running' : 'failed',
    } as unknown as Rollback);
  const issue = (fact: Facts[number]) => {
    if (refusal !== null && fact.name === 'take-rollback-step') return Promise.reject(refusal);
    facts.push(fact);
    return Promise.resolve({});
  };
  const rollbacker = new Rollbacker(
    {} as Settings,
    '',
    { find } as unknown as RecordedRollbacks,
    {} as unknown as CheckingSteps,
    { 'restore-read-models': take } as unknown as ActingSteps,
    {} as unknown as RehearsedSteps,
    {} as unknown as RehearsalAges,
    { overall: () => Promise.resolve({ status: 'healthy' }) } as unknown as HealthService,
    { take: issue } as unknown as CommandIntake,
    troubles,
    new Metrics(),
  );
  (rollbacker as unknown as { logger: object }).logger = {
    log: jest.fn(),
    warn: jest.fn(),
    error: jest.fn(),
  };
  const { carryOut } = rollbacker as unknown as {
    carryOut: (rollbackId: string, signal: AbortSignal) => Promise<void>;
  };
  const stop = new AbortController();
  return { facts, troubles, stop, over: carryOut.call(rollbacker, 'r1', stop.signal) };
};

const underWay = new Problem(409, 'rebuild-under-way', 'rebuild x of roi-totals is under way');

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

test('a mistake within a step is its failure, with the reason', async () => {
  const { facts, over } = rollbackerOf(() => Promise.reject(new TypeError('x is undefined')));
  await over;
  expect(facts).toMatchObject([
    {
      name: 'fail-rollback-step',
      body: {
        step: 'restore-read-models',
        cause: 'x is undefined',
        doesNotHold: ['x is undefined'],
      },
    },
  ]);
});

test('an outage is waited out for as long as it lasts, and is told meanwhile', async () => {
  let isAway = true;
  const { facts, troubles, over } = rollbackerOf(() =>
    isAway
      ? Promise.reject(new LedgerUnavailable('the database is not reachable'))
      : Promise.resolve({ evidence: 'back' }),
  );
  await jest.advanceTimersByTimeAsync(40_000);
  expect(facts).toEqual([]);
  expect(troubles.of('r1')).toBe('the database is not reachable');
  isAway = false;
  await jest.advanceTimersByTimeAsync(1_000);
  await over;
  expect(facts).toMatchObject([{ name: 'take-rollback-step', body: { evidence: 'back' } }]);
  expect(troubles.of('r1')).toBeNull();
});

test('a refusal that passes within the budget of the step is none', async () => {
  let isUnderWay = true;
  const { facts, troubles, over } = rollbackerOf(() =>
    isUnderWay ? Promise.reject(underWay) : Promise.resolve({ evidence: 'built' }),
  );
  await jest.advanceTimersByTimeAsync(20_000);
  expect(troubles.of('r1')).toBe('rebuild x of roi-totals is under way');
  isUnderWay = false;
  await jest.advanceTimersByTimeAsync(1_000);
  await over;
  expect(facts).toMatchObject([{ name: 'take-rollback-step' }]);
});

test('a refusal that lasts longer is the failure of the step', async () => {
  const { facts, over } = rollbackerOf(() => Promise.reject(underWay));
  await jest.advanceTimersByTimeAsync(31_000);
  await over;
  expect(facts).toMatchObject([
    {
      name: 'fail-rollback-step',
      body: { cause: 'rebuild x of roi-totals is under way (tried again for 30 s)' },
    },
  ]);
});

test('a step whose outcome cannot be recorded has failed', async () => {
  const malformed = new Problem(400, 'malformed', 'evidence: is too long');
  const { facts, over } = rollbackerOf(() => Promise.resolve({ evidence: 'x' }), malformed);
  await over;
  expect(facts).toMatchObject([
    { name: 'fail-rollback-step', body: { cause: 'evidence: is too long' } },
  ]);
});

test('a rollback that this process lets go of has no trouble here any more', async () => {
  const { facts, troubles, stop, over } = rollbackerOf(() => Promise.reject(underWay));
  await jest.advanceTimersByTimeAsync(1_000);
  stop.abort();
  await over;
  expect(facts).toEqual([]);
  expect(troubles.of('r1')).toBeNull();
});
