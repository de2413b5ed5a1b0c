import { isRefusal } from '../../src/commands/decider';
import { untouchedFlow } from '../../src/commands/deployment/live-deployment.decider';
import { noRepricing } from '../../src/commands/repricing/repricing.decider';
import { execution } from '../../src/commands/execution/execution.decider';
import type { ExecutionCommand } from '../../src/commands/execution/execution.commands';
import type { ExecutionState } from '../../src/commands/execution/execution.state';
import { contentFlow } from '../../src/commands/execution/flow';
import { emptyBook } from '../../src/commands/pricebook/pricebook.state';
import { catalogue } from '../../src/modules/command-bus/catalogue';
import { dayOf } from './day';
import type { Day } from './day';
import type { Step } from './story';

const now = Date.parse('2026-03-10T17:00:00Z');
const standing = {
  flows: new Map([[contentFlow.name, contentFlow]]),
  book: emptyBook,
  deploymentId: null,
  liveFlow: untouchedFlow,
  repricing: noRepricing,
};

const stepsOf = ({ articles, forks, timeOuts }: Day): Step[] =>
  [articles, forks, timeOuts].flatMap(({ steps }) => steps);

/** How every execution of a day ends, if its commands are as the rules want them. */
const played = (day: Day): Map<string, ExecutionState> => {
  const states = new Map<string, ExecutionState>();
  for (const { command, data } of stepsOf(day)) {
    const entry = catalogue.get(command);
    const { occurredAt, ...fields } = entry?.schema.parse(data) ?? {};
    const id = String(fields['executionId']);
    const before = states.get(id) ?? execution.initialState;
    const decision = execution.decide(
      { ...fields, type: entry?.type } as ExecutionCommand,
      before,
      { ...standing, at: new Date(now).toISOString() },
    );
    if (isRefusal(decision))
      throw new Error(`${command} of ${id} at ${String(occurredAt)}: ${decision.detail}`);
    states.set(id, decision.reduce(execution.evolve, before));
  }
  return states;
};

describe('the day of the demo', () => {
  it.each([1, 2, 3, 2026])('is accepted by the rules, command by command (seed %i)', (seed) => {
    const day = dayOf(seed, 'demo', 120, now);
    expect(played(day).size).toBe(day.articles.executions + day.forks.executions);
  });

  it('has everything there is to show', () => {
    const day = dayOf(2026, 'demo', 300, now);
    const states = [...played(day).values()];
    const statuses = new Set(states.map(({ status }) => status));
    for (const status of [
      'completed',
      'failed',
      'cancelled',
      'timed_out',
      'terminated',
      'running',
    ]) {
      expect(statuses).toContain(status);
    }
    expect(states.some(({ revisions, published }) => revisions > 1 && published)).toBe(true);
    expect(states.some(({ decision }) => decision === 'reject')).toBe(true);
    const starts = day.forks.steps.filter(({ command }) => command === 'start-execution');
    expect(starts.some(({ data }) => data['forkedFrom'] !== undefined)).toBe(true);
    const calls = day.articles.steps.filter(({ command }) => command === 'record-llm-call');
    expect(calls.some(({ data }) => data['costUsd'] === undefined)).toBe(true);
  });

  it('is the same for the same seed, under the ids of its run', () => {
    const [one, other] = ['one', 'two'].map((run) => dayOf(7, run, 40, now));
    const text = (day: Day | undefined): string => JSON.stringify(day);
    expect(text(other).replaceAll('"two-', '"one-').replaceAll('/two-', '/one-')).toBe(text(one));
    expect(text(dayOf(8, 'one', 40, now))).not.toBe(text(one));
  });

  it('lies within the 24 hours before now, in order', () => {
    const day = dayOf(2026, 'demo', 300, now);
    for (const { steps } of [day.articles, day.forks, day.timeOuts]) {
      const times = steps.map(({ at }) => at);
      expect(times).toEqual([...times].sort((one, other) => one - other));
      expect(Math.max(...times)).toBeLessThanOrEqual(now);
      expect(Math.min(...times)).toBeGreaterThan(now - 24 * 3_600_000);
    }
  });

  it('gives every command a key of its own', () => {
    const keys = stepsOf(dayOf(2026, 'demo', 300, now)).map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(keys.length);
  });
});
