/*
 * A receiver of webhooks, on a port of its own, that verifies what it gets by the published recipe
 * (Standard Webhooks 1.0) and shares no code with the sender.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';

export interface Received {
  readonly id: string;
  /** Whether one of its signatures is of this receiver's secret. */
  readonly isValid: boolean;
  readonly text: string;
  readonly body: {
    readonly type: string;
    readonly timestamp: string;
    readonly data: Readonly<Record<string, unknown>> & { readonly alert: string };
  };
}

/** What it does with the nth request, from 1; the default answers 204. */
export type Reaction = (response: ServerResponse, nth: number) => void;

export const accept: Reaction = (response) => response.writeHead(204).end();

export const answer =
  (status: number, headers: Readonly<Record<string, string>> = {}): Reaction =>
  (response) =>
    response.writeHead(status, headers).end('whatever');

export interface WebhookReceiver {
  readonly url: string;
  readonly port: number;
  /** As FLOWLEDGER_ALERT_WEBHOOKS has it. */
  readonly setting: string;
  readonly received: readonly Received[];
  react(reaction: Reaction): void;
  /** Stops it, also in the middle of answers. */
  stop(): Promise<void>;
}

/** On any free port, or on the one it had before. */
export const startReceiver = async (
  port = 0,
  secret = randomBytes(32).toString('base64'),
): Promise<WebhookReceiver> => {
  const received: Received[] = [];
  let reaction = accept;
  const server = createServer((request, response) => {
    const take = (text: string): void => {
      const header = (name: string): string => String(request.headers[name]);
      const content = `${header('webhook-id')}.${header('webhook-timestamp')}.${text}`;
      const key = Buffer.from(secret, 'base64');
      const signature = `v1,${createHmac('sha256', key).update(content).digest('base64')}`;
      received.push({
        id: header('webhook-id'),
        isValid: header('webhook-signature').split(' ').includes(signature),
        text,
        body: JSON.parse(text) as Received['body'],
      });
      reaction(response, received.length);
    };
    void textOf(request).then(take, () => undefined); // cut off: whoever sent it is gone
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${String(address.port)}/alerts`;
  return {
    url,
    port: address.port,
    setting: `${url}#whsec_${secret}`,
    received,
    react: (changed) => (reaction = changed),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
