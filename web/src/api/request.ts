import { forgetKey, key } from '../session/key';
import { acceptAt } from './accepted';
import { CommandKeys } from './command-keys';
import type { CommandName, Fields } from './contract';
import { jsonOf } from './json-of';
import { problemOf, unreachable } from './problem';

interface Options {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly signal?: AbortSignal;
  /** Instead of the one that is kept. */
  readonly secret?: string;
}

/** Addresses are relative to the page, which may be below a proxy's prefix. */
const relative = (path: string): string => path.replace(/^\//, '');

/**
 * An answer with a status of success.
 *
 * @throws ApiProblem for any other, and where there is none.
 */
export const ask = async (path: string, options: Options = {}): Promise<Response> => {
  const { method = 'GET', headers = {}, body, signal, secret = key.value } = options;
  const response = await fetch(relative(path), {
    method,
    headers: {
      ...(secret === null ? {} : { authorization: `Bearer ${secret}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    cache: 'no-store',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error: unknown) => {
    throw signal?.aborted === true ? error : unreachable();
  });
  if (response.ok) return response;
  if (response.status === 401 && secret === key.value) {
    forgetKey('The key is no longer valid here.');
  }
  throw await problemOf(response);
};

/** The answer to a question that changes nothing. */
export const read = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  jsonOf<T>(await ask(path, signal === undefined ? {} : { signal }), signal);

interface Accepted {
  readonly stream: string;
  readonly position: string;
  readonly effects?: Readonly<Record<string, unknown>>;
  /** Of a dry run: what it would do. */
  readonly plan?: unknown;
}

const keys = new CommandKeys();

/** Somebody begins to ask for something: it is no repetition of what they asked for before. */
export const beginAnew = (): void => {
  keys.renew();
};

/** Issues a command; a repetition after a broken connection does nothing twice. */
export const command = async <Name extends CommandName>(
  name: Name,
  data: Fields<Name>,
): Promise<Accepted> => {
  const accepted = await keys.issued(name, data, async (key) => {
    const headers = { 'idempotency-key': key };
    const options = { method: 'POST', headers, body: data } as const;
    return jsonOf<Accepted>(await ask(`/v1/commands/${name}`, options));
  });
  acceptAt(accepted.position);
  return accepted;
};
