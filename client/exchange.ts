import type { Settings } from './options';
import { retryAfterIn } from './patience';
import { FlowledgerUnreachable, problemOf } from './problem';

/** One request as it is sent. */
export interface Exchange {
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** With a body it is a POST. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}

const jsonOrText = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
};

/**
 * Makes one attempt and has `read` take in an answer that is a success, all within the time that an
 * attempt may take.
 *
 * @throws FlowledgerProblem, FlowledgerUnreachable, the reason of a signal
 */
export const exchange = async <T>(
  { url, headers, timeoutMilliseconds }: Settings,
  { path, headers: more, body, signal }: Exchange,
  read: (answer: Response) => Promise<T>,
): Promise<T> => {
  const timeout = AbortSignal.timeout(timeoutMilliseconds);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(`${url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { accept: 'application/json', ...headers, ...more },
      ...(body === undefined ? {} : { body }),
      signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
    });
    if (answer.ok) return await read(answer);
    text = await answer.text();
  } catch (error) {
    signal?.throwIfAborted();
    throw new FlowledgerUnreachable(url, error);
  }
  throw problemOf(answer.status, jsonOrText(text), retryAfterIn(answer.headers));
};

type Value = string | number | boolean;

/** Parameters by name, as the contract types them. */
export type Query = Readonly<Record<string, Value | readonly Value[] | undefined>>;

/** A query as part of a path; a list is repeated, and what is undefined left out. */
export const queryText = (query: Query): string => {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of [value ?? []].flat()) {
      search.append(name, String(one));
    }
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
};
