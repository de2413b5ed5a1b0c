import type { HealthService } from '../health/health.service';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import type { Generations } from '../projector/generations';
import type { Positions } from '../projector/positions';
import { CheckingSteps } from './checking-steps';
import type { ReadModelReturns } from './read-model-returns';
import type { Rollback } from './recorded-rollbacks';
import { StepFailure, StepHindrance } from './rollback-step';
import type { RollbackTargets } from './rollback-targets';
import type { UnreadableEvents } from './unreadable-events';

const healthy = { status: 'healthy', checks: { database: { status: 'healthy' } }, areas: {} };
const without = (part: string) => ({
  status: 'unhealthy',
  checks: {
    topic: { status: 'healthy' },
    [part]: { status: 'unhealthy', detail: 'no answer within 2 s' },
  },
  areas: {},
});

/** `looks` and `feeds` are what health says, one after the other; the last of them for ever. */
const stepsOf = (
  looks: readonly object[],
  feeds: readonly object[] = [{}],
  levels: readonly object[] = [],
) => {
  const inTurn = (answers: readonly object[]) => {
    let turn = 0;
    return () => Promise.resolve(answers[Math.min(turn++, answers.length - 1)]);
  };
  return new CheckingSteps(
    { overall: inTurn(looks), feeds: inTurn(feeds) } as unknown as HealthService,
    {} as unknown as RollbackTargets,
    {} as unknown as ReadModelReturns,
    {} as unknown as UnreadableEvents,
    { end: () => Promise.resolve(7n) } as unknown as Generations,
    { all: () => Promise.resolve(levels) } as unknown as Positions,
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
    const steps = stepsOf([without('relay'), without('relay'), healthy]);
    const taken = steps[step](rollback, signal);
    await jest.advanceTimersByTimeAsync(1_000);
    expect((await taken).evidence).toContain('1 checks serve');
  });

  const failureWithout = async (part: string): Promise<unknown> => {
    const steps = stepsOf([without(part)]);
    const taken = steps[step](rollback, signal).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(60_000);
    return taken;
  };

  it('says what holds and what does not, once its time is over', async () => {
    expect(await failureWithout('relay')).toMatchObject({
      message: 'not everything serves',
      holds: ['topic: healthy'],
      doesNotHold: ['relay: no answer within 2 s'],
    });
  });

  it.each(['database', 'ledger'])('is taken again where the %s is away', async (part) => {
    expect(await failureWithout(part)).toEqual(new LedgerUnavailable('no answer within 2 s'));
  });
});

describe('read models that lag behind the ledger', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  const there = { kafka: { status: 'healthy' } };
  const away = { kafka: { status: 'degraded', detail: 'connection refused' } };

  const lagging = async (...feeds: readonly object[]): Promise<unknown> => {
    const level = { projection: 'roi-totals', state: 'live', position: 5n };
    const steps = stepsOf([healthy], feeds, [level]);
    const taken = steps['verify-health'](rollback, signal).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(60_000);
    return taken;
  };

  it('are a failure where nothing is in their way', async () => {
    expect(await lagging(there)).toEqual(
      new StepFailure('read models lag behind the ledger', [], ['roi-totals is at 5, not at 7']),
    );
  });

  it('wait for a broker that is away', async () => {
    expect(await lagging(away)).toBeInstanceOf(StepHindrance);
  });

  it('have the whole time of the step once it is back', async () => {
    expect(await lagging(there, away, there)).toBeInstanceOf(StepHindrance);
  });

  it('have it as well where the database stood still', async () => {
    const database = { status: 'unhealthy', detail: 'no answer within 2 s' };
    expect(await lagging({ database, ...there }, there)).toBeInstanceOf(StepHindrance);
  });
});
