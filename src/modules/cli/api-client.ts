import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text as wholeText } from 'node:stream/consumers';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { httpRequest, isTemporary } from './http-request';
import type { HttpRequest } from './http-request';
import { textLinesOf } from './text-lines';
import type { ServerAddress } from './server-address';
import { Failure } from './verb';

const problemBody = z.object({ status: z.int(), code: z.string(), detail: z.string() });
export type ApiProblem = z.output<typeof problemBody>;

const malformed = 400;
/** There is only so much that a read model may be called: another name was mistyped, as a flag may be. */
const unknownName = 'projection-unknown';

/** The server's no to a request, in its own words. Malformed is what a flag, or what stood beside it, made so. */
export class Refused extends Failure {
  override readonly isBadUse: boolean;

  constructor(
    readonly problem: ApiProblem,
    what: string,
  ) {
    super(`${what}: ${problem.detail} (${problem.status} ${problem.code})`);
    this.isBadUse = problem.status === malformed || problem.code === unknownName;
  }
}

/** Where a name has several addresses, Node tells the faults of all, and no message. */
const reasonOf = (error: Error): string =>
  error instanceof AggregateError ? reasonOf(error.errors[0] as Error) : error.message;

/** No answer came: the server went away, or was never there. */
export class Unreachable extends Failure {
  constructor(url: string, cause: unknown) {
    super(`the server at ${url} does not answer: ${reasonOf(cause as Error)}`, { cause });
  }
}

/** Somebody answered, but not as this version of Flowledger does: a proxy's page, a login, another server. */
export class NotFlowledger extends Failure {
  constructor(url: string, what: string, cause?: unknown) {
    super(`what answers at ${url} is no Flowledger of this version: ${what}`, { cause });
  }
}

/** Reading the body of an answer that is not a success, whoever gave it (a proxy, too). */
export const problemOf = (status: number, text: string): ApiProblem => {
  try {
    return problemBody.parse(JSON.parse(text));
  } catch {
    const detail = text.trim().replace(/\s+/g, ' ').slice(0, 200);
    return { status, code: 'unexpected', detail: detail === '' ? 'no explanation' : detail };
  }
};

type Query = Readonly<Record<string, string>>;
type Headed = Readonly<Record<string, string>>;

interface Posted {
  readonly status: number;
  readonly body: unknown;
}

const defaultRetrySeconds = 1;

const statusOf = (answer: IncomingMessage): number => answer.statusCode ?? 0;
const isSuccess = (status: number): boolean => status >= 200 && status <= 299;

/** Requests with one key to one server. All that read wait and try again while it is busy or away behind a proxy. */
export class ApiClient {
  constructor(
    private readonly server: ServerAddress,
    private readonly patienceMilliseconds = 60_000,
    /** Told once for each request that has to wait, with the server's words for why. */
    private readonly waits: (why: string) => void = () => undefined,
  ) {}

  /**
   * One JSON answer, checked against `schema`.
   *
   * @throws Refused, Unreachable, NotFlowledger
   */
  async get<Schema extends z.ZodType>(
    path: string,
    query: Query,
    schema: Schema,
    signal?: AbortSignal,
  ): Promise<z.output<Schema>> {
    const type = 'application/json';
    return this.checked(schema, await this.whole(path, query, type, signal), path);
  }

  /**
   * One answer as text of a media type.
   *
   * @throws Refused, Unreachable, NotFlowledger
   */
  async text(path: string, type: string): Promise<string> {
    return this.whole(path, {}, type);
  }

  /**
   * All rows of a read model as they arrive, each checked against `schema`.
   *
   * @throws Refused, Unreachable, NotFlowledger
   */
  async *rows<Schema extends z.ZodType>(
    path: string,
    query: Query,
    schema: Schema,
    signal?: AbortSignal,
  ): AsyncGenerator<z.output<Schema>> {
    for await (const line of this.lines(path, query, signal))
      yield this.checked(schema, line, path);
  }

  /**
   * An answer of JSON lines, line by line as they arrive; never a part of a line.
   *
   * @throws Refused, Unreachable, NotFlowledger
   */
  async *lines(path: string, query: Query, signal?: AbortSignal): AsyncGenerator<string> {
    const type = 'application/x-ndjson';
    const answer = await this.answered(path, query, type, signal);
    try {
      for await (const line of textLinesOf(answer)) yield line;
    } catch (error) {
      throw new Unreachable(this.server.url, error);
    }
  }

  /** Issues one command; an answer other than 200 is an answer, too. */
  command(name: string, data: unknown, headers: Headed = {}): Promise<Posted> {
    return this.post(`/v1/commands/${name}`, data, headers);
  }

  /**
   * Issues one command, under a key of its own, and gives the answer.
   *
   * @throws Refused for any answer but 200; Unreachable, NotFlowledger
   */
  async issue(name: string, data: object): Promise<unknown> {
    const { status, body } = await this.command(name, data, { 'idempotency-key': randomUUID() });
    if (status !== 200) throw new Refused(problemOf(status, JSON.stringify(body)), name);
    return body;
  }

  /** Sends something as JSON; an answer other than 200 is an answer, too. */
  async post(path: string, data: unknown, headers: Headed = {}): Promise<Posted> {
    const answer = await this.send(`${this.server.url}${path}`, {
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(data),
    });
    const status = statusOf(answer);
    const text = await this.textOf(answer);
    if (isSuccess(status)) return { status, body: this.checked(z.unknown(), text, path) };
    return { status, body: problemOf(status, text) };
  }

  /** @throws NotFlowledger where a text is not the JSON that it has to be. */
  private checked<Schema extends z.ZodType>(
    schema: Schema,
    text: string,
    path: string,
  ): z.output<Schema> {
    try {
      return schema.parse(JSON.parse(text));
    } catch (error) {
      throw new NotFlowledger(this.server.url, `it answers ${path} otherwise`, error);
    }
  }

  private async whole(
    path: string,
    query: Query,
    type: string,
    signal?: AbortSignal,
  ): Promise<string> {
    return this.textOf(await this.answered(path, query, type, signal));
  }

  private async textOf(answer: IncomingMessage): Promise<string> {
    try {
      return await wholeText(answer);
    } catch (error) {
      throw new Unreachable(this.server.url, error);
    }
  }

  /** An answer of the type that was asked for. */
  private async answered(
    path: string,
    query: Query,
    type: string,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const answer = await this.patiently(
      () => this.request(path, query, type, signal),
      path,
      signal,
    );
    const given = answer.headers['content-type'] ?? 'nothing';
    if (given.startsWith(type)) return answer;
    answer.destroy();
    throw new NotFlowledger(this.server.url, `it answers ${path} with ${given}`);
  }

  private request(
    path: string,
    query: Query,
    accept: string,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const url = new URL(`${this.server.url}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return this.send(url.href, {
      headers: { accept },
      ...(signal === undefined ? {} : { signal }),
    });
  }

  private async patiently(
    ask: () => Promise<IncomingMessage>,
    what: string,
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const giveUpAt = performance.now() + this.patienceMilliseconds;
    for (let isFirst = true; ; isFirst = false) {
      const answer = await ask();
      const status = statusOf(answer);
      if (isSuccess(status)) return answer;
      const problem = problemOf(status, await this.textOf(answer));
      const later = isTemporary(status) && performance.now() < giveUpAt;
      if (!later) throw new Refused(problem, what);
      if (isFirst) this.waits(problem.detail);
      const asked = Number(answer.headers['retry-after'] ?? defaultRetrySeconds);
      const pause = 1_000 * (Number.isFinite(asked) ? asked : defaultRetrySeconds);
      // A proxy may ask for hours.
      try {
        await wait(Math.min(pause, this.patienceMilliseconds), undefined, { signal });
      } catch {
        throw new Unreachable(this.server.url, new Error(problem.detail));
      }
    }
  }

  private async send(url: string, request: HttpRequest): Promise<IncomingMessage> {
    const authorization = `Bearer ${this.server.key}`;
    try {
      return await httpRequest(url, { ...request, headers: { ...request.headers, authorization } });
    } catch (error) {
      throw new Unreachable(this.server.url, error);
    }
  }
}
