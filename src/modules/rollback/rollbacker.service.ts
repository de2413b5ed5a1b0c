import { Inject, Injectable, Logger } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { nextStep } from '../../commands/rollback/rollback.state';
import type { RollbackStep } from '../../events/rollback.events';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { DATABASE_URL } from '../database/database.tokens';
import { offices, standFor } from '../database/election';
import { Bell } from '../pacing/bell';
import { RehearsalAges } from '../deployment/rehearsal-ages';
import { HealthService } from '../health/health.service';
import { Metrics } from '../metrics/metrics';
import { pause } from '../pacing/pause';
import { Trouble } from '../pacing/trouble';
import { ActingSteps } from './acting-steps';
import { CheckingSteps } from './checking-steps';
import { RecordedRollbacks } from './recorded-rollbacks';
import type { Rollback } from './recorded-rollbacks';
import { RehearsedSteps } from './rehearsed-steps';
import { rollbackCaller } from './rollback-caller';
import { StepFailure, stepPlans } from './rollback-step';
import type { StepOutcome, TakeStep } from './rollback-step';
import { RollbackTroubles } from './rollback-troubles';
import { StepAttempts } from './step-attempts';

const lookMilliseconds = 1_000;
const retryMilliseconds = 250;

/** Somebody else recorded something of the rollback meanwhile: it is read again. */
const moot = [
  'version-mismatch',
  'rollback-ended',
  'rollback-failed',
  'rollback-step-out-of-order',
];

/**
 * Carries out rollbacks in one elected process: takes a step, records it, takes the next. A step that
 * was taken and not recorded is taken again by whoever goes on, which changes nothing more.
 */
@Injectable()
export class Rollbacker implements OnApplicationBootstrap, OnApplicationShutdown {
  /** Struck when a rollback may have changed. */
  readonly bell = new Bell();
  private readonly logger = new Logger('Rollback');
  private readonly trouble = new Trouble((message) => {
    this.logger.warn(`rollbacks are looked for again: ${message}`);
  });
  private resign: () => Promise<void> = () => Promise.resolve();

  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly rollbacks: RecordedRollbacks,
    private readonly checking: CheckingSteps,
    private readonly acting: ActingSteps,
    private readonly rehearsed: RehearsedSteps,
    private readonly ages: RehearsalAges,
    private readonly health: HealthService,
    private readonly intake: CommandIntake,
    private readonly troubles: RollbackTroubles,
    private readonly metrics: Metrics,
  ) {}

  onApplicationBootstrap(): void {
    if (!this.settings.parts.has('sweeper')) return;
    this.resign = standFor(this.url, offices.rollbacker, (signal) => this.serve(signal));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.resign();
  }

  private async serve(signal: AbortSignal): Promise<void> {
    // Side by side: a rollback does not wait for a rehearsal.
    const underWay = new Map<string, Promise<void>>();
    while (!signal.aborted) {
      const { count } = this.bell;
      try {
        await this.metrics.round('rollbacker', async () => {
          for (const rollbackId of await this.rollbacks.running()) {
            if (underWay.has(rollbackId)) continue;
            const course = this.carryOut(rollbackId, signal).finally(() => {
              underWay.delete(rollbackId);
            });
            underWay.set(rollbackId, course);
          }
          await this.ages.see();
        });
        this.trouble.over();
      } catch (error) {
        this.trouble.met(error);
      }
      await this.bell.beyond(count, lookMilliseconds, signal);
    }
    await Promise.all(underWay.values());
  }

  private async carryOut(rollbackId: string, signal: AbortSignal): Promise<void> {
    const attempts = new StepAttempts();
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        const rollback = await this.rollbacks.find(rollbackId);
        const step = rollback?.status === 'running' ? nextStep(rollback) : null;
        if (rollback === null || step === null) break;
        await this.metrics.round('rollbacker', () => this.step(rollback, step, attempts, signal));
        this.troubles.end(rollbackId);
      } catch (error) {
        if (isOver()) break;
        const { message } = error as Error;
        if (this.troubles.say(rollbackId, message))
          this.logger.warn(`rollback ${rollbackId} is gone on with later: ${message}`);
        await pause(retryMilliseconds, signal);
      }
    }
    this.troubles.end(rollbackId);
  }

  private async step(
    rollback: Rollback,
    step: RollbackStep,
    attempts: StepAttempts,
    signal: AbortSignal,
  ): Promise<void> {
    attempts.begin(step);
    const outcome = await this.attempt(rollback, step, attempts, signal);
    if (outcome === null) return;
    const { status } = await this.health.overall();
    const { seconds } = attempts;
    const common = { step, seconds, budgetSeconds: stepPlans[step].budgetSeconds, health: status };
    const failure =
      outcome instanceof StepFailure
        ? outcome
        : await this.taken(rollback, common, outcome).catch((error: unknown) =>
            attempts.failureOf(step, error),
          );
    if (failure === null) return;
    const { message: cause, holds, doesNotHold } = failure;
    this.logger.error(`rollback ${rollback.rollbackId} failed at ${step}: ${cause}`);
    await this.issue('fail-rollback-step', rollback, { ...common, cause, holds, doesNotHold });
  }

  private async taken(
    rollback: Rollback,
    common: { readonly step: RollbackStep },
    { evidence, details = {} }: StepOutcome,
  ): Promise<null> {
    await this.issue('take-rollback-step', rollback, { ...common, evidence, details });
    this.logger.log(`rollback ${rollback.rollbackId}, ${common.step}: ${evidence}`);
    return null;
  }

  /** Null when `signal` was aborted before. @throws Error where the step is to be tried again. */
  private async attempt(
    rollback: Rollback,
    step: RollbackStep,
    attempts: StepAttempts,
    signal: AbortSignal,
  ): Promise<StepOutcome | StepFailure | null> {
    try {
      const take = rollback.isRehearsal ? this.rehearsed[step] : this.taker(step);
      return await take(rollback, signal);
    } catch (error) {
      if (signal.aborted) return null;
      return attempts.failureOf(step, error);
    }
  }

  private taker(step: RollbackStep): TakeStep {
    switch (step) {
      case 'verify-state':
      case 'check-target':
      case 'verify-dependencies':
      case 'verify-health':
        return this.checking[step];
      case 'stop-work':
      case 'switch':
      case 'restore-read-models':
      case 'record-state':
      case 'prove':
        return this.acting[step];
    }
  }

  private async issue(name: string, rollback: Rollback, body: object): Promise<void> {
    const { rollbackId, version } = rollback;
    const issued = { caller: rollbackCaller, correlationId: rollbackId, ifMatch: version };
    await issueOwn(this.intake, { name, body: { rollbackId, ...body }, ...issued }, moot);
  }
}
