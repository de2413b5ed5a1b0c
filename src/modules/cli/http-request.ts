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

/** For that long nothing may come. */
const idleMilliseconds = 300_000;

/**
 * The answer to a request, as it arrives; one that breaks off fails for whoever reads it. A redirect
 * is not followed: it is none of Flowledger's, and would take the key elsewhere.
 *
 * @throws what broke the connection, or the signal's abort
 */
export const httpRequest = (
  url: string,
  { headers, body, signal }: HttpRequest,
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    // Not fetch: behind a proxy that answers with `connection: close` it takes what breaks off for the whole.
    const request = (new URL(url).protocol === 'https:' ? secureRequest : plainRequest)(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers,
      ...(signal === undefined ? {} : { signal }),
    });
    request.setTimeout(idleMilliseconds, () => {
      request.destroy(new Error(`nothing came for ${idleMilliseconds / 1_000} s`));
    });
    request.once('response', resolve);
    request.on('error', reject);
    request.end(body);
  });
