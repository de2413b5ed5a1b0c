import { exchange } from './exchange';
import type { Settings } from './options';

/** What became of one line of a bulk request. */
export interface LineAnswer {
  readonly line: number;
  readonly status: number;
  readonly position?: string;
  readonly duplicate?: boolean;
  readonly problem?: unknown;
}

async function* linesOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  // What has no end of line was cut off on the way, and is no answer.
}

/**
 * Sends lines as one bulk request and hands each answer to `take` as it comes. The connection may
 * break after some: then it throws, and the answers that came stand.
 *
 * @throws FlowledgerProblem, FlowledgerUnreachable
 */
export const bulkExchange = (
  settings: Settings,
  lines: readonly string[],
  take: (answer: LineAnswer) => void,
): Promise<void> =>
  exchange(
    settings,
    {
      path: '/v1/commands',
      headers: { 'content-type': 'application/x-ndjson', accept: 'application/x-ndjson' },
      body: `${lines.join('\n')}\n`,
    },
    async (answer) => {
      let count = 0;
      for await (const line of answer.body === null ? [] : linesOf(answer.body)) {
        take(JSON.parse(line) as LineAnswer);
        count += 1;
      }
      if (count < lines.length) throw new Error(`${count} of ${lines.length} lines were answered`);
    },
  );
