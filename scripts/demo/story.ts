import type { CommandLine } from '../../src/modules/cli/bulk-request';
import { callOf } from './models';
import type { Agent } from './models';
import type { Chance } from './random';

/** A command of the day with its time, in milliseconds since 1970. */
export interface Step extends CommandLine {
  readonly at: number;
}

/** The commands of one execution, told in their order; time passes as they are told. */
export class Story {
  readonly steps: Step[] = [];

  constructor(
    readonly executionId: string,
    readonly chance: Chance,
    public now: number,
    /** Commands told of the execution before. */
    private readonly before = 0,
  ) {}

  pass(leastSeconds: number, mostSeconds: number): this {
    this.now += Math.round(1_000 * this.chance.between(leastSeconds, mostSeconds));
    return this;
  }

  tell(command: string, data: Readonly<Record<string, unknown>> = {}): this {
    const { executionId, now } = this;
    const idempotencyKey = `${executionId}:${String(this.before + this.steps.length + 1)}`;
    const occurredAt = new Date(now).toISOString();
    const all = { executionId, ...data, occurredAt };
    this.steps.push({ command, data: all, idempotencyKey, at: now });
    return this.pass(0.2, 2);
  }

  /** Some calls of an agent's models, one after the other. */
  think(agent: Agent, least: number, most: number): this {
    for (let calls = this.chance.whole(least, most); calls > 0; calls -= 1) {
      const call = callOf(agent, this.chance);
      this.now += Math.round(1_000 * call.durationSeconds);
      this.tell('record-llm-call', call).pass(1, 20);
    }
    return this;
  }

  /** A stage or step that goes well. */
  stage(stage: string, agent: Agent, least: number, most: number): this {
    this.tell('start-stage', { stage, agent }).think(agent, least, most);
    return this.tell('complete-stage', { stage, agent });
  }

  /** A stage or step that fails half-way. */
  fail(stage: string, agent: Agent, error: string, retryable: boolean): this {
    this.tell('start-stage', { stage, agent }).think(agent, 1, 2);
    return this.tell('fail-stage', { stage, agent, error, retryable });
  }
}
