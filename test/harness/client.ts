/*
 * A small client of the public API, over real HTTP. It expects nothing: every answer is given back
 * whole, whatever its status, but that a read model is not there yet, which is asked again.
 */
import { Readable } from 'node:stream';

export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed where the content type is JSON, else the text. */
  readonly body: Body;
}

/** The answer to a command that was accepted. */
export interface Accepted {
  readonly stream: string;
  readonly version: number;
  readonly position: string;
  readonly events: readonly {
    readonly eventId: string;
    readonly type: string;
    readonly version: number;
    readonly position: string;
    readonly data: Record<string, unknown>;
  }[];
  readonly duplicate: boolean;
}

export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly correlationId: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** One answer of the bulk route. */
export interface LineAnswer {
  readonly line: number;
  readonly status: number;
  readonly position?: string;
  readonly duplicate?: true;
  readonly problem?: Problem;
}

export interface RequestOptions {
  /** The key to send; null sends none. */
  readonly key?: string | null;
  readonly idempotencyKey?: string;
  /** Sent as it is, so quotes are the caller's. */
  readonly ifMatch?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether a position that is not reached yet is an answer like any other. */
  readonly once?: boolean;
}

export interface Client {
  /** `body` is sent as JSON; a string or bytes as they are. Without a name it goes to the bulk route. */
  command<Body = Accepted & Problem>(
    name: string,
    body: unknown,
    options?: RequestOptions,
  ): Promise<Answer<Body>>;
  /** Objects are sent as JSON lines; strings as the lines they are. */
  bulk(
    lines: Iterable<unknown> | AsyncIterable<unknown>,
    options?: RequestOptions,
  ): Promise<Answer<readonly LineAnswer[]>>;
  /** `body` is sent as JSON; a string or bytes as they are. */
  post<Body = Record<string, unknown>>(
    path: string,
    body: unknown,
    options?: RequestOptions,
  ): Promise<Answer<Body>>;
  get<Body = Record<string, unknown>>(
    path: string,
    options?: RequestOptions & { readonly accept?: string },
  ): Promise<Answer<Body>>;
}

const parsed = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  return /[/+]json/.test(response.headers.get('content-type') ?? '') && text !== ''
    ? (JSON.parse(text) as unknown)
    : text;
};

const answerOf = async <Body>(response: Response): Promise<Answer<Body>> => ({
  status: response.status,
  headers: response.headers,
  body: (await parsed(response)) as Body,
});

async function* ndjson(lines: Iterable<unknown> | AsyncIterable<unknown>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const line of lines) {
    text += typeof line === 'string' ? `${line}\n` : `${JSON.stringify(line)}\n`;
    if (text.length < 65_536) continue;
    yield Buffer.from(text);
    text = '';
  }
  if (text !== '') yield Buffer.from(text);
}

/** On a busy machine the five seconds for which a server waits may be too few. */
const patienceMilliseconds = 60_000;

const isEarly = ({ status, body }: Answer<unknown>): boolean =>
  status === 503 && (body as Problem).code === 'position-not-reached';

/** Asks again for what is not there yet. */
const untilThere = async <Body>(
  ask: () => Promise<Answer<Body>>,
  { once = false }: RequestOptions,
): Promise<Answer<Body>> => {
  const end = performance.now() + patienceMilliseconds;
  let answer = await ask();
  while (!once && isEarly(answer) && performance.now() < end) answer = await ask();
  return answer;
};

/** A client of the server at `url` that sends `defaultKey` unless told otherwise. */
export const clientOf = (url: string, defaultKey: string): Client => {
  const headersOf = (
    { key, idempotencyKey, ifMatch, headers }: RequestOptions,
    contentType?: string,
  ): Record<string, string> => ({
    ...(key === null ? {} : { authorization: `Bearer ${key ?? defaultKey}` }),
    ...(contentType === undefined ? {} : { 'content-type': contentType }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    ...headers,
  });

  const post = async <Body>(
    path: string,
    body: unknown,
    options: RequestOptions,
  ): Promise<Answer<Body>> =>
    answerOf(
      await fetch(`${url}${path}`, {
        method: 'POST',
        headers: headersOf(options, 'application/json'),
        body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      }),
    );

  return {
    command: (name, body, options = {}) =>
      post(`/v1/commands${name === '' ? '' : `/${name}`}`, body, options),
    post: (path, body, options = {}) => untilThere(() => post(path, body, options), options),
    bulk: async (lines, options = {}) => {
      const response = await fetch(`${url}/v1/commands`, {
        method: 'POST',
        headers: headersOf(options, 'application/x-ndjson'),
        body: Readable.from(ndjson(lines)),
        duplex: 'half', // the lines are sent while answers already come
      });
      if (!/ndjson/.test(response.headers.get('content-type') ?? '')) return answerOf(response);
      const texts = (await response.text()).split('\n').filter((text) => text !== '');
      const body = texts.map((text) => JSON.parse(text) as LineAnswer);
      return { status: response.status, headers: response.headers, body };
    },
    get: (path, { accept, ...options } = {}) => {
      const headers = { ...headersOf(options), ...(accept === undefined ? {} : { accept }) };
      return untilThere(async () => answerOf(await fetch(`${url}${path}`, { headers })), options);
    },
  };
};
