import type { OverallHealth } from '../health/check';
import type { HealthService } from '../health/health.service';
import type { Generations } from '../projector/generations';
import type { Positions } from '../projector/positions';
import { CheckingSteps } from './checking-steps';
import type { ReadModelReturns } from './read-model-returns';
import type { Rollback } from './recorded-rollbacks';
import type { RollbackTargets } from './rollback-targets';
import type { UnreadableEvents } from './unreadable-events';

const healthy = { status: 'healthy', checks: { database: { status: 'healthy' } }, areas: {} };
const unhealthy = {
  status: 'unhealthy',
  checks: {
    ledger: { status: 'healthy' },
    database: { status: 'unhealthy', detail: 'no answer within 2 s' },
  },
  areas: {},
};

/** `looks` are what health says, one after the other; the last of them for ever. */
const stepsOf = (looks: readonly object[]) => {
  let look = 0;
  const overall = () => Promise.resolve(looks[Math.min(look++, looks.length - 1)] as OverallHealth);
  return new CheckingSteps(
    { overall } as unknown as HealthService,
    {} as unknown as RollbackTargets,
    {} as unknown as ReadModelReturns,
    {} as unknown as UnreadableEvents,
    { end: () => Promise.resolve(7n) } as unknown as Generations,
    { all: () => Promise.resolve([]) } as unknown as Positions,
  );
};

const rollback = {} as unknown as Rollback;
const { signal } = new AbortController();

describe.each(['verify-dependencies', 'verify-health'] as const)('%s', (step) => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('looks again where something was slow to answer', async () => {
    const taken = stepsOf([unhealthy, unhealthy, healthy])[step](rollback, signal);
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await taken).evidence).toContain('1 checks serve');
  });

  it('says what holds and what does not, once its time is over', async () => {
    const taken = stepsOf([unhealthy])
      [step](rollback, signal)
      .catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await taken).toMatchObject({
      message: 'not everything serves',
      holds: ['ledger: healthy'],
      doesNotHold: ['database: no answer within 2 s'],
    });
  });
});
