import { z } from 'zod';
import { ApiClient } from '../../src/modules/cli/api-client';
import type { ServerAddress } from '../../src/modules/cli/server-address';
import type { Palette } from '../../src/modules/cli/terminal';
import { Failure } from '../../src/modules/cli/verb';

interface Request {
  readonly command: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly key?: string;
  /** The status that shows the point; anything else is a failure of the demo. */
  readonly status: number;
}

const answer = z.object({
  position: z.string().optional(),
  duplicate: z.boolean().optional(),
  code: z.string().optional(),
  detail: z.string().optional(),
});

type Answer = z.output<typeof answer>;

const requestsOf = (executionId: string): readonly Request[] => {
  const call = {
    executionId,
    agent: 'writer',
    model: 'claude-sonnet-4-5',
    inputTokens: 8_200,
    outputTokens: 1_900,
    durationSeconds: 31.4,
    costUsd: 0.0531,
  };
  const key = `${executionId}:first-call`;
  return [
    {
      command: 'start-execution',
      data: { executionId, topic: 'An article by hand', agent: 'writer' },
      status: 200,
    },
    { command: 'record-llm-call', data: call, key, status: 200 },
    { command: 'record-llm-call', data: call, key, status: 200 },
    {
      command: 'publish-article',
      data: { executionId },
      status: 409,
    },
    {
      command: 'complete-execution',
      data: { execution_id: executionId },
      status: 400,
    },
    { command: 'complete-execution', data: { executionId }, status: 200 },
  ];
};

const outcomeOf = ({ position = '?', duplicate, code, detail = '' }: Answer): string => {
  const last = (detail.split('; ').at(-1) ?? '').replace('unknown field, ', '');
  if (code !== undefined) return code === 'malformed' ? last : `${code}: ${last}`;
  if (duplicate === true) return `position ${position} again: same key, recorded once`;
  return `position ${position}`;
};

/**
 * Issues a few commands one by one and tells what came of each: accepted, repeated, refused by a
 * rule, malformed.
 *
 * @throws Failure where one is not answered as it should be.
 */
export const walk = async (
  server: ServerAddress,
  run: string,
  say: (line: string) => void,
  { good, bad }: Palette,
): Promise<void> => {
  const client = new ApiClient(server);
  const headers = { 'x-deployment-id': run };
  for (const { command, data, key, status } of requestsOf(`${run}-by-hand`)) {
    const given = key === undefined ? headers : { ...headers, 'idempotency-key': key };
    const { status: got, body } = await client.command(command, data, given);
    const said = answer.parse(body);
    if (got !== status) {
      throw new Failure(`${command} was answered ${got} ${said.detail ?? ''}, not ${status}`);
    }
    const paint = got === 200 ? good : bad;
    say(`${command.padEnd(19)} ${paint(String(got))}  ${outcomeOf(said)}`);
  }
};
