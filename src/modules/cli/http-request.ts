import { request as plainRequest } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';

export interface HttpRequest {
  readonly headers: Readonly<Record<string, string>>;
  /** With a body it is a POST. */
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** Whether an answer says that the same request may succeed later. 502 and 504 are a proxy's. */
export const isTemporary = (status: number): boolean => [429, 502, 503, 504].includes(status);

const longestSilence = 300_000;

/** Whether it is its reader who takes nothing, not the server who sends nothing. */
const isUnread = (answer: IncomingMessage | undefined): boolean =>
  answer !== undefined && answer.readableLength > 0;

/**
 * The answer to a request, as it arrives; one that breaks off fails for whoever reads it. A redirect
 * is not followed: it is none of Flowledger's, and would take the key elsewhere.
 *
 * @param idleMilliseconds for how long nothing may come
 * @throws what broke the connection, or the signal's abort
 */
export const httpRequest = (
  url: string,
  { headers, body, signal }: HttpRequest,
  idleMilliseconds = longestSilence,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    // Not fetch: behind a proxy that answers with `connection: close` it takes what breaks off for the whole.
    const request = (new URL(url).protocol === 'https:' ? secureRequest : plainRequest)(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      timeout: idleMilliseconds, // also of connecting: Node's own is 5 s
      ...(signal === undefined ? {} : { signal }),
    });
    let answer: IncomingMessage | undefined;
    request.on('timeout', () => {
      if (isUnread(answer)) return;
      (answer ?? request).destroy(new Error(`nothing came for ${idleMilliseconds / 1_000} s`));
    });
    request.once('response', (arrived) => {
      answer = arrived;
      resolve(arrived);
    });
    request.on('error', reject);
    request.end(body);
  });
