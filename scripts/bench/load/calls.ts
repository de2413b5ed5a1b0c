/*
 * The model calls that are recorded: the same for Flowledger and for every baseline.
 */

/** The streams that the calls belong to, started beforehand. */
export const executions = 1_000;

export const executionId = (index: number): string => `bench-${String(index % executions)}`;

const agents = ['research', 'writer', 'editor', 'graphics'];
const models = ['gpt-4o', 'claude-sonnet-4', 'gemini-2.5-pro'];

/** The body of `record-llm-call`. */
export const callBody = (index: number): Readonly<Record<string, string | number>> => ({
  executionId: executionId(index),
  agent: agents[index % agents.length] ?? '',
  model: models[index % models.length] ?? '',
  inputTokens: 1_000 + (index % 4_000),
  cachedInputTokens: index % 1_000,
  outputTokens: 200 + (index % 800),
  durationSeconds: 1 + (index % 500) / 100,
  costUsd: 0.0125 + (index % 100) / 10_000,
});

/** The data of the event that it becomes, as a baseline would store it. */
export const eventText = (index: number): string => {
  const { agent, model, inputTokens, cachedInputTokens, outputTokens } = callBody(index);
  const tokens = { inputTokens, cachedInputTokens, outputTokens, reasoningTokens: 0 };
  const durationMs = 1_000 + (index % 500) * 10;
  const price = {
    model: `openai/${String(model)}`,
    rule: `equals ${String(model)}`,
    source: 'a price list 0.1.8',
    effectiveFrom: '2015-01-01T00:00:00.000000Z',
    inputNanoUsd: '2500000000',
    cachedInputNanoUsd: '1250000000',
    outputNanoUsd: '10000000000',
  };
  const computed = { nanoUsd: '12500000', price };
  const cost = { source: 'reported', nanoUsd: '12500000', computed };
  const engages = false;
  return JSON.stringify({ agent, model, ...tokens, durationMs, cost, engages, metadata: {} });
};

/** A command as a line of a bulk request. */
export const line = (command: string, data: object): string =>
  `${JSON.stringify({ command, data })}\n`;

/**
 * The lines that start the executions through the bulk route, each with a first call of its agent:
 * that one engages the agent, which later calls do not.
 */
export const startLines = (): string[] => {
  const all = Array.from({ length: executions }, (_, index) => index);
  return [
    ...all.map((index) =>
      line('start-execution', { executionId: executionId(index), topic: `Topic ${String(index)}` }),
    ),
    ...all.map((index) => line('record-llm-call', callBody(index))),
  ];
};

export interface Target {
  readonly url: string;
  readonly key: string;
  /** Tells the idempotency keys of one drive from those of another. */
  readonly prefix: string;
}

/** The requests of one drive, each with an Idempotency-Key of its own. */
export const callRequests = ({ url, key, prefix }: Target): ((index: number) => string) => {
  const head =
    `POST /v1/commands/record-llm-call HTTP/1.1\r\nHost: ${new URL(url).host}\r\n` +
    `Authorization: Bearer ${key}\r\nContent-Type: application/json\r\n`;
  const tails = Array.from({ length: executions }, (_, index) => {
    const body = JSON.stringify(callBody(index));
    return `\r\nContent-Length: ${String(body.length)}\r\n\r\n${body}`;
  });
  return (index) =>
    `${head}Idempotency-Key: ${prefix}-${String(index)}${tails[index % executions] ?? ''}`;
};
