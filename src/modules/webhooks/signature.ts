import { createHmac } from 'node:crypto';

/** What is sent, and by which its receiver knows it. */
export interface Message {
  /** The id of the fact: the same however often it is sent. */
  readonly id: string;
  readonly body: string;
}

/**
 * The headers that identify and sign a message sent at `seconds` since 1970, one signature for each
 * key. Source: Standard Webhooks 1.0, "Signature scheme" and "Webhook headers".
 */
export const signedHeaders = (
  { id, body }: Message,
  seconds: number,
  keys: readonly Uint8Array[],
): Record<string, string> => {
  const content = `${id}.${String(seconds)}.${body}`;
  const signatures = keys.map(
    (key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
};
