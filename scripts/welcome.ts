import { randomBytes } from 'node:crypto';

/**
 * What a start prints behind its address: requests that work as they stand at every start, as the execution has another
 * id each time. `key` is one that this server made, null where keys were given to it: these are not printed, for
 * standard output is kept as a log.
 */
export const welcome = (
  url: string,
  key: string | null,
  id = `hello-${randomBytes(3).toString('hex')}`,
): string => {
  const whose =
    key === null
      ? 'FLOWLEDGER_KEY has to be one of those in FLOWLEDGER_KEYS'
      : 'the keys of all roles are in keys.json below FLOWLEDGER_HOME';
  const bearer =
    key === null ? '"Authorization: Bearer $FLOWLEDGER_KEY"' : `'Authorization: Bearer ${key}'`;
  return `
Three requests to paste (${whose}):

curl -s ${url}/v1/commands/start-execution -H ${bearer} -H 'Content-Type: application/json' -d '{"executionId": "${id}", "topic": "A first article"}'

curl -s ${url}/v1/commands/record-llm-call -H ${bearer} -H 'Content-Type: application/json' -d '{"executionId": "${id}", "agent": "writer", "model": "gpt-4o", "inputTokens": 1000, "outputTokens": 500, "durationSeconds": 2.5, "costUsd": 0.0075}'

curl -s ${url}/v1/projections/execution-status/${id} -H ${bearer}
`;
};
