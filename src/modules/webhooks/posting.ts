import type { WebhookEndpoint } from '../config/webhook-endpoint';
import { retryAfterOf } from './backoff';
import { signedHeaders } from './signature';
import type { Message } from './signature';

/** What became of an attempt. */
export interface Attempt {
  readonly delivered: boolean;
  /** Null where there was no answer. */
  readonly status: number | null;
  readonly fault: string | null;
  readonly retryAfterMilliseconds: number | null;
  /** Whether the receiver wants no more of it. */
  readonly gone: boolean;
}

const gone = 410;

const unanswered = (error: unknown): Attempt => {
  const { name, message, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
  const because = cause === undefined ? '' : `: ${cause.code ?? cause.message}`;
  const fault = name === 'TimeoutError' ? 'no answer in time' : `${message}${because}`;
  return { delivered: false, status: null, fault, retryAfterMilliseconds: null, gone: false };
};

/**
 * Sends a message once. Whatever is not a 2xx has failed, a redirect too: its target was not asked
 * for, and would get what is signed for another.
 *
 * @throws the reason of `signal` once that is aborted.
 */
export const post = async (
  { url, keys }: WebhookEndpoint,
  message: Message,
  timeoutMilliseconds: number,
  signal: AbortSignal,
): Promise<Attempt> => {
  const now = Date.now();
  try {
    const answer = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'flowledger',
        ...signedHeaders(message, Math.floor(now / 1_000), keys),
      },
      body: message.body,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMilliseconds)]),
    });
    await answer.body?.cancel();
    const { ok: delivered, status, headers } = answer;
    return {
      delivered,
      status,
      fault: delivered ? null : `answered ${String(status)}`,
      retryAfterMilliseconds: delivered ? null : retryAfterOf(headers.get('retry-after'), now),
      gone: status === gone,
    };
  } catch (error) {
    signal.throwIfAborted();
    return unanswered(error);
  }
};
