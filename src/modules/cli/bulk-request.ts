import { request as plainRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { Readable } from 'node:stream';
import { text as wholeText } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { NotFlowledger, problemOf } from './api-client';
import type { ApiProblem } from './api-client';
import type { ServerAddress } from './server-address';
import { textLinesOf } from './text-lines';

/** One command of a bulk request. Its key is what makes it safe to send again. */
export interface CommandLine {
  readonly command: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly idempotencyKey: string;
}

const answerSchema = z.object({
  line: z.int().positive(),
  status: z.int(),
  position: z.string().optional(),
  duplicate: z.boolean().optional(),
  problem: z.object({ status: z.int(), code: z.string(), detail: z.string() }).optional(),
});
export type BulkAnswer = z.output<typeof answerSchema>;

/** The whole request was turned down before any of its lines was looked at. */
export class RequestTurnedDown extends Error {
  constructor(
    readonly problem: ApiProblem,
    readonly retryAfterSeconds: number | null,
  ) {
    super(problem.detail);
  }
}

const linesPerWrite = 200;

function* texts(lines: readonly CommandLine[]): Generator<string> {
  for (let from = 0; from < lines.length; from += linesPerWrite) {
    const some = lines
      .slice(from, from + linesPerWrite)
      .map(({ command, data, idempotencyKey }) => {
        return `${JSON.stringify({ command, data, idempotencyKey })}\n`;
      });
    yield some.join('');
  }
}

const turnedDown = async (answer: IncomingMessage, status: number): Promise<RequestTurnedDown> => {
  const seconds = Number(answer.headers['retry-after'] ?? NaN);
  const problem = problemOf(status, await wholeText(answer));
  return new RequestTurnedDown(problem, Number.isFinite(seconds) ? seconds : null);
};

/** @throws NotFlowledger */
const answerOf = (line: string, url: string): BulkAnswer => {
  try {
    return answerSchema.parse(JSON.parse(line));
  } catch (error) {
    throw new NotFlowledger(url, 'it answers commands otherwise', error);
  }
};

/**
 * Sends `lines` as one request and yields the answers in their order while the rest is still being
 * sent. Both directions go only as fast as the slower end takes them. It may end with fewer answers
 * than lines where the connection breaks, or where nothing moves on it for `idleMilliseconds` (0: for
 * however long); then it throws.
 *
 * @throws RequestTurnedDown, NotFlowledger, or what broke the connection.
 */
export async function* bulkRequest(
  server: ServerAddress,
  lines: readonly CommandLine[],
  headers: Readonly<Record<string, string>>,
  idleMilliseconds: number,
): AsyncGenerator<BulkAnswer> {
  const url = new URL(`${server.url}/v1/commands`);
  // Not fetch, which is half duplex: it promises no answer before the whole request is sent.
  const request = (url.protocol === 'https:' ? secureRequest : plainRequest)(url, {
    method: 'POST',
    timeout: idleMilliseconds, // also of connecting: Node's own is 5 s
    headers: {
      ...headers,
      authorization: `Bearer ${server.key}`,
      'content-type': 'application/x-ndjson',
    },
  });
  request.on('timeout', () => {
    if (idleMilliseconds === 0) return;
    request.destroy(new Error(`nothing came for ${idleMilliseconds / 1_000} s`));
  });
  const answered = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  const sent = pipeline(Readable.from(texts(lines)), request);
  // Whatever breaks the sending breaks the answer as well, and that is what is waited for.
  sent.catch(() => undefined);
  answered.catch(() => undefined);
  try {
    const answer = await answered;
    const status = answer.statusCode ?? 0;
    if (status < 200 || status > 299) throw await turnedDown(answer, status);
    for await (const line of textLinesOf(answer)) yield answerOf(line, server.url);
  } finally {
    request.destroy();
  }
}
