/* Something to record: executions with model calls, through the bulk route. */
import type { Client } from './client';

interface Amount {
  readonly executions: number;
  /** Model calls of each. */
  readonly calls: number;
  /** Begins the ids, so that two lots do not meet. */
  readonly prefix?: string;
}

function* commands({ executions, calls, prefix = 'run' }: Amount): Generator<object> {
  for (let execution = 0; execution < executions; execution += 1) {
    const data = { executionId: `${prefix}-${String(execution)}`, topic: 'Überschrift' };
    yield { command: 'start-execution', data };
  }
  for (let call = 0; call < calls; call += 1) {
    for (let execution = 0; execution < executions; execution += 1) {
      yield {
        command: 'record-llm-call',
        data: {
          executionId: `${prefix}-${String(execution)}`,
          agent: ['writer', 'research'][call % 2],
          model: ['gpt-4o', 'claude-sonnet'][execution % 2],
          inputTokens: 100 + call,
          outputTokens: 10 + execution,
          durationSeconds: (call + 1) / 8,
          ...(call % 3 === 0 ? {} : { costUsd: 0.001 * (execution + 1) }),
        },
      };
    }
  }
}

/** Records it all. @throws Error if anything was not accepted. */
export const work = async (client: Client, amount: Amount): Promise<void> => {
  const { body } = await client.bulk(commands(amount));
  const refused = body.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`not accepted: ${JSON.stringify(refused)}`);
};
