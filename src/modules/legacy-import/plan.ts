import { hash } from 'node:crypto';
import type { CommandLine } from '../cli/bulk-request';
import type { IdentifiedExecution } from './execution-ids';
import type { CallEntry } from './legacy-log';
import { isoOf } from './legacy-time';

/** One command of the import, with what in the log it stands for. */
export interface PlannedCommand extends CommandLine {
  readonly kind: 'start' | 'wait' | 'call' | 'end';
  readonly of: IdentifiedExecution;
  /** For a `call`. */
  readonly call: CallEntry | null;
}

/** The longest duration a call may have, in seconds: a week. */
const longestSeconds = 604_800;

/** From the text of the log alone, so that the same line has the same key in every run. */
const keyOf = (...parts: readonly string[]): string =>
  `import:${hash('sha256', JSON.stringify(parts), 'hex')}`;

/**
 * Seconds from the call before it (or the start) to the call's own time: the log has no durations,
 * and times its calls when they are done.
 */
const secondsSince = (before: number, at: number): number =>
  Math.min(Math.max(0, (at - before) / 1e6), longestSeconds);

const callsOf = (of: IdentifiedExecution): PlannedCommand[] => {
  const { entry, executionId, identity } = of;
  const alike = new Map<string, number>();
  let before = entry.startedAt;
  return entry.calls.map((timed) => {
    const { call, at } = timed;
    const likeness = JSON.stringify([call.timestamp, call.agent, call.model]);
    const nth = (alike.get(likeness) ?? 0) + 1;
    alike.set(likeness, nth);
    const data = {
      executionId,
      agent: call.agent,
      model: call.model,
      inputTokens: call.input_tokens,
      outputTokens: call.output_tokens,
      durationSeconds: secondsSince(before, at),
      ...(call.cost_usd === null ? {} : { costUsd: call.cost_usd }),
      ...(call.metadata === null ? {} : { metadata: call.metadata }),
      occurredAt: isoOf(at),
    };
    before = at;
    const idempotencyKey = keyOf(identity, 'call', likeness, String(nth));
    return { command: 'record-llm-call', data, idempotencyKey, kind: 'call', of, call: timed };
  });
};

/** That an execution started. Its topic keeps the legacy id, which several executions can share. */
export const startOf = (of: IdentifiedExecution): PlannedCommand => {
  const { entry, executionId, identity } = of;
  const { execution_id: legacyId, agent } = entry.execution;
  const occurredAt = isoOf(entry.startedAt);
  return {
    command: 'start-execution',
    data: { executionId, topic: `legacy ${legacyId}`, agent, occurredAt },
    idempotencyKey: keyOf(identity, 'start'),
    kind: 'start',
    of,
    call: null,
  };
};

/** That nothing is heard of it until the log tells its end: as running it would be timed out, for good. */
const waitOf = (of: IdentifiedExecution): PlannedCommand => {
  const { entry, executionId, identity } = of;
  const occurredAt = isoOf(entry.startedAt);
  return {
    command: 'wait-execution',
    data: { executionId, reason: 'not ended in the log', occurredAt },
    idempotencyKey: keyOf(identity, 'wait'),
    kind: 'wait',
    of,
    call: null,
  };
};

/** What is told of an execution once it started: its calls, and its end, or that it waits for it. */
export const restOf = (of: IdentifiedExecution): PlannedCommand[] => {
  const { entry, executionId, identity } = of;
  if (entry.endedAt === null) return [waitOf(of), ...callsOf(of)];
  const end: PlannedCommand = {
    command: 'complete-execution',
    data: { executionId, occurredAt: isoOf(entry.endedAt) },
    idempotencyKey: keyOf(identity, 'end'),
    kind: 'end',
    of,
    call: null,
  };
  return [...callsOf(of), end];
};

/** How many commands there are for these executions. */
export const plannedCount = (executions: readonly IdentifiedExecution[]): number =>
  executions.reduce((sum, { entry }) => sum + 2 + entry.calls.length, 0);
