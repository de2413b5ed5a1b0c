import { Injectable } from '@nestjs/common';
import type { RollbackStep } from '../../events/rollback.events';
import { HealthService } from '../health/health.service';
import type { OverallHealth } from '../health/check';
import { LedgerUnavailable } from '../ledger/ledger-unavailable';
import { pause } from '../pacing/pause';
import { hashAt } from '../proof/ledger/places';
import { Generations } from '../projector/generations';
import { Positions } from '../projector/positions';
import { ReadModelReturns } from './read-model-returns';
import { RollbackTargets } from './rollback-targets';
import { StepFailure, StepHindrance, stepPlans } from './rollback-step';
import type { TakeStep } from './rollback-step';
import { spokenCount } from './spoken-count';
import { UnreadableEvents } from './unreadable-events';

type CheckingStep = Extract<
  RollbackStep,
  'verify-state' | 'check-target' | 'verify-dependencies' | 'verify-health'
>;

/** What is not as it should be is looked at again for as long as the step may take: it may be slow, and not gone. */
const budgetOf = (step: CheckingStep): number => stepPlans[step].budgetSeconds * 1000;
const lookMilliseconds = 100;

const told = ({ checks }: OverallHealth, status: string): string[] =>
  Object.entries(checks).flatMap(([name, check]) =>
    check.status === status ? [`${name}: ${check.detail ?? status}`] : [],
  );

/** Without the database nothing can be recorded, not even that the step failed: it is taken again. */
const unserved = (health: OverallHealth): Error => {
  const needed = ['database', 'ledger'].map((name) => health.checks[name]);
  const away = needed.find((check) => check?.status === 'unhealthy');
  if (away !== undefined) return new LedgerUnavailable(away.detail ?? 'the database is away');
  const [holds, doesNotHold] = [told(health, 'healthy'), told(health, 'unhealthy')];
  return new StepFailure('not everything serves', holds, doesNotHold);
};

/**
 * A broker or a database that was away is no failure: what they feed goes on when they are back, and has the
 * whole time of the step for it from then on.
 */
const lagging = (
  behind: readonly [projection: string, position: bigint][],
  end: bigint,
  wasAway: boolean,
): Error => {
  const lines = behind.map(([projection, at]) => `${projection} is at ${at}, not at ${end}`);
  const cause = 'read models lag behind the ledger';
  return wasAway
    ? new StepHindrance(`${cause}: ${lines.join(', ')}`)
    : new StepFailure(cause, [], lines);
};

/** The steps that look, and change nothing. */
@Injectable()
export class CheckingSteps implements Readonly<Record<CheckingStep, TakeStep>> {
  constructor(
    private readonly health: HealthService,
    private readonly targets: RollbackTargets,
    private readonly returns: ReadModelReturns,
    private readonly unreadable: UnreadableEvents,
    private readonly generations: Generations,
    private readonly positions: Positions,
  ) {}

  readonly 'verify-state': TakeStep = async ({ started: { flow, deploymentId } }) => {
    const live = await this.targets.live(flow);
    if (live !== deploymentId) {
      const message = `${live ?? 'none'} is live for ${flow}, not ${deploymentId}`;
      throw new StepFailure(message, [], [message]);
    }
    const end = await this.generations.end();
    const hash = await hashAt(this.generations, end);
    return {
      evidence: `${deploymentId} is live for ${flow}; the ledger ends at ${end}`,
      details: { position: String(end), ledgerHash: hash },
    };
  };

  readonly 'check-target': TakeStep = async ({ started, parkUnreadable }) => {
    const { to, liveSince, reads, mode } = started;
    const returns = await this.returns.to(liveSince, mode);
    const foreign = returns.filter(({ how }) => how === 'foreign');
    const unread = await this.unreadable.since(liveSince, reads);
    const holds = returns
      .filter(({ how }) => how !== 'foreign')
      .map(({ projection, how }) => `${projection}: ${how}`);
    const doesNotHold = [
      ...foreign.map(
        ({ projection, to: id }) =>
          `${projection}: ${id ?? ''} is of a version that this code does not know; start the build that does, and retry`,
      ),
      ...(parkUnreadable ? [] : unread.map((one) => `${spokenCount(one)} cannot be read by it`)),
    ];
    if (doesNotHold.length > 0) {
      const offer =
        unread.length > 0 && foreign.length === 0
          ? '; retry with parkUnreadable to have it park them'
          : '';
      throw new StepFailure(`${to} cannot serve as it is${offer}`, holds, doesNotHold);
    }
    const anew = returns.filter(({ how }) => how === 'rebuild' || how === 'renew').length;
    const counted = (how: string): number => returns.filter((one) => one.how === how).length;
    return {
      evidence: `${to} can serve: ${counted('unchanged')} read models are the same, ${counted('repoint')} warm, ${anew} to be built anew`,
      details: {
        readModels: returns.map((one) => ({ ...one })),
        unreadable: unread.map((one) => ({ ...one })),
      },
    };
  };

  readonly 'verify-dependencies': TakeStep = (_rollback, signal) =>
    this.healthy(performance.now() + budgetOf('verify-dependencies'), signal);

  readonly 'verify-health': TakeStep = async (_rollback, signal) => {
    const end = await this.generations.end();
    const until = performance.now() + budgetOf('verify-health');
    let wasAway = false;
    for (;;) {
      // Side by side: a database that stands still would answer both once it goes on.
      const [behind, isAway] = await Promise.all([this.behind(end), this.isFeedAway()]);
      if (behind.length === 0) break;
      wasAway ||= isAway;
      if (performance.now() > until) throw lagging(behind, end, wasAway);
      await pause(lookMilliseconds, signal);
      signal.throwIfAborted();
    }
    const { evidence, details } = await this.healthy(until, signal);
    return {
      evidence: `every read model is level with ${end}; ${evidence}`,
      details: details ?? {},
    };
  };

  private async isFeedAway(): Promise<boolean> {
    const checks = Object.values(await this.health.feeds());
    return checks.some(({ status }) => status !== 'healthy');
  }

  private async behind(end: bigint): Promise<[string, bigint][]> {
    const all = await this.positions.all();
    return all.flatMap(({ projection, state, position }): [string, bigint][] =>
      state === 'live' && position < end ? [[projection, position]] : [],
    );
  }

  private async healthy(until: number, signal: AbortSignal): ReturnType<TakeStep> {
    let health = await this.health.overall();
    while (told(health, 'unhealthy').length > 0) {
      if (performance.now() > until) throw unserved(health);
      await pause(lookMilliseconds, signal);
      signal.throwIfAborted();
      health = await this.health.overall();
    }
    const degraded = told(health, 'degraded');
    const count = Object.keys(health.checks).length;
    const but = degraded.length === 0 ? '' : `, ${degraded.length} of them degraded`;
    return { evidence: `${count} checks serve${but}`, details: { degraded } };
  }
}
