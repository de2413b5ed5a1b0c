import { setTimeout as wait } from 'node:timers/promises';
import { NotFlowledger, Refused, Unreachable } from './api-client';
import { RequestTurnedDown, bulkRequest } from './bulk-request';
import type { BulkAnswer, CommandLine } from './bulk-request';
import { isTemporary } from './http-request';
import type { ServerAddress } from './server-address';

/** What became of one command, for good. */
export interface Outcome<Line> {
  readonly line: Line;
  readonly answer: BulkAnswer;
  /** It was sent more than once, so that `duplicate` may mean this very run. */
  readonly resent: boolean;
}

export interface BulkOptions {
  /** Sent with every request, such as `x-deployment-id`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How long nothing may get done before it gives up. */
  readonly patienceMilliseconds?: number;
}

/** Enough for large commits; also what has to be kept, and looked at again, when a connection breaks. */
const linesPerRequest = 10_000;

const longestPause = 5_000;

interface Pending<Line> {
  readonly line: Line;
  readonly resent: boolean;
}

async function* portions<Line>(
  lines: Iterable<Line> | AsyncIterable<Line>,
): AsyncGenerator<Pending<Line>[]> {
  let portion: Pending<Line>[] = [];
  for await (const line of lines) {
    portion.push({ line, resent: false });
    if (portion.length < linesPerRequest) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

/** What is left of a portion after one request, in order. */
interface Rest<Line> {
  readonly pending: Pending<Line>[];
  readonly pauseSeconds: number | null;
  readonly cause: unknown;
}

/**
 * Sends what is pending once. A line answered 503 stays pending, and so does a line that failed
 * behind it: what it built on may be what was not recorded.
 */
async function* attempt<Line extends CommandLine>(
  server: ServerAddress,
  pending: readonly Pending<Line>[],
  headers: Readonly<Record<string, string>>,
  idleMilliseconds: number,
): AsyncGenerator<Outcome<Line>, Rest<Line>> {
  const left: Pending<Line>[] = [];
  let answered = 0;
  let cause: unknown = null;
  let pauseSeconds: number | null = null;
  const commands = pending.map(({ line }) => line);
  try {
    for await (const answer of bulkRequest(server, commands, headers, idleMilliseconds)) {
      const one = pending[answered];
      if (one === undefined) throw new Error('more answers than lines came back');
      answered += 1;
      if (isTemporary(answer.status)) cause ??= new Error(answer.problem?.detail ?? 'busy');
      const definite = answer.status === 200 || cause === null;
      if (definite) yield { ...one, answer };
      else left.push({ ...one, resent: true });
    }
    if (answered < pending.length) cause ??= new Error('the connection closed early');
  } catch (error) {
    if (error instanceof NotFlowledger) throw error;
    if (error instanceof RequestTurnedDown) {
      if (!isTemporary(error.problem.status)) throw new Refused(error.problem, 'bulk request');
      pauseSeconds = error.retryAfterSeconds;
    }
    cause = error;
  }
  const unanswered = pending.slice(answered).map((one) => ({ ...one, resent: true }));
  return { pending: [...left, ...unanswered], pauseSeconds, cause };
}

/**
 * Sends commands as streams of JSON lines and yields what became of each, in order but for those
 * that had to be sent again. Lines answered 503, and those without an answer because the connection
 * broke, are sent again until they have one: their keys see to it that nothing is recorded twice.
 *
 * @throws Refused where the key or the route is wrong, NotFlowledger where something else answers, Unreachable when patience is at its end.
 */
export async function* sendCommands<Line extends CommandLine>(
  server: ServerAddress,
  lines: Iterable<Line> | AsyncIterable<Line>,
  { headers = {}, patienceMilliseconds = 60_000 }: BulkOptions = {},
): AsyncGenerator<Outcome<Line>> {
  for await (const portion of portions(lines)) {
    let pending = portion;
    let giveUpAt = performance.now() + patienceMilliseconds;
    for (let failures = 0; pending.length > 0;) {
      const rest: Rest<Line> = yield* attempt(server, pending, headers, patienceMilliseconds);
      if (rest.pending.length < pending.length) {
        giveUpAt = performance.now() + patienceMilliseconds;
        failures = 0;
      }
      pending = rest.pending;
      if (pending.length === 0) break;
      if (performance.now() > giveUpAt) throw new Unreachable(server.url, rest.cause);
      const pause = (rest.pauseSeconds ?? 0) * 1_000 || 100 * 2 ** failures;
      await wait(Math.min(pause, longestPause));
      failures += 1;
    }
  }
}
