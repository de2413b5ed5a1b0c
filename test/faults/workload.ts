/*
 * What the clients of a fault test ask for. Every command carries its own name (the intent), which
 * is also its idempotency key, in a field that its event keeps: so each event of the ledger says
 * which command it came from.
 */
import type { Chance } from '../harness/seed';

export interface Step {
  readonly command: string;
  readonly data: Record<string, unknown>;
  /** The type of the one event that comes of it. */
  readonly type: string;
}

/** A step of an execution, once it has its intent. */
export type Plan = (intent: string) => Step;

export const startOf =
  (executionId: string): Plan =>
  (topic) => ({
    command: 'start-execution',
    data: { executionId, topic },
    type: 'ExecutionStarted',
  });

export const callOf =
  (executionId: string, chance: Chance): Plan =>
  (intent) => ({
    command: 'record-llm-call',
    data: {
      executionId,
      agent: chance.oneOf(['writer', 'researcher', 'critic']),
      model: chance.oneOf(['gpt-4o', 'claude-sonnet']),
      inputTokens: chance.between(0, 20_000),
      outputTokens: chance.between(0, 4_000),
      durationSeconds: chance.between(0, 60_000) / 1_000,
      ...(chance.next() < 0.8 ? { costUsd: chance.between(0, 900_000) / 1_000_000 } : {}),
      metadata: { intent },
    },
    type: 'LlmCallRecorded',
  });

export const heartbeatOf =
  (executionId: string): Plan =>
  (reason) => ({
    command: 'heartbeat-execution',
    data: { executionId, reason },
    type: 'HeartbeatReceived',
  });

const stagesOf = (executionId: string, chance: Chance): Plan[] =>
  ['discover_topics', 'editorial_review'].flatMap((stage): Plan[] => [
    (agent) => ({
      command: 'start-stage',
      data: { executionId, stage, agent },
      type: 'StageStarted',
    }),
    ...Array.from({ length: chance.between(0, 3) }, () => callOf(executionId, chance)),
    (intent) => ({
      command: 'complete-stage',
      data: { executionId, stage, result: { intent } },
      type: 'StageCompleted',
    }),
  ]);

/** The life of one execution, from its start to its end. */
export const lifeOf = (executionId: string, chance: Chance): Plan[] => {
  const [command, type] = chance.oneOf([
    ['complete-execution', 'ExecutionCompleted'],
    ['fail-execution', 'ExecutionFailed'],
    ['cancel-execution', 'ExecutionCancelled'],
  ] as const);
  return [
    startOf(executionId),
    ...stagesOf(executionId, chance),
    heartbeatOf(executionId),
    (reason) => ({ command, data: { executionId, reason }, type }),
  ];
};

interface Marked {
  readonly topic?: string;
  readonly agent?: string;
  readonly reason?: string;
  readonly result?: { readonly intent: string };
  readonly metadata?: { readonly intent: string };
}

/** Events that come with the first one of a command, behind it. */
const consequences = new Set(['BenefitEarned']);

export const isConsequence = ({ type }: { readonly type: string }): boolean =>
  consequences.has(type);

/** The command an event came from. */
export const intentOf = (data: unknown): string | undefined => {
  const { metadata, result, topic, reason, agent } = data as Marked;
  return metadata?.intent ?? result?.intent ?? topic ?? reason ?? agent;
};
