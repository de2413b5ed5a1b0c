/*
 * A server of embeddings with the interface of OpenAI's, on a port of its own. Its vectors count the
 * letters of a text, so texts with the same letters are near to each other.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';

interface EmbeddingsRequest {
  readonly model: string;
  readonly input: readonly string[];
}

/** What it does with a request; the default answers it. */
export type Behaviour = (request: EmbeddingsRequest, response: ServerResponse) => void;

export interface EmbeddingsServer {
  readonly url: string;
  readonly requests: readonly (EmbeddingsRequest & {
    readonly authorization: string | undefined;
  })[];
  behave(behaviour: Behaviour): void;
  /** Stops it, also in the middle of answers. */
  stop(): Promise<void>;
}

const letters = (text: string): number[] => {
  const counts = new Array<number>(26).fill(0.01);
  for (const letter of text.toLowerCase()) {
    const index = letter.charCodeAt(0) - 97;
    if (index >= 0 && index < 26) counts[index]! += 1;
  }
  return counts;
};

export const answerJson = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

/** In no order, as the interface allows. */
export const answerLetters: Behaviour = ({ input }, response) => {
  const data = input.map((text, index) => ({ index, embedding: letters(text) }));
  answerJson(response, 200, { object: 'list', data: data.toReversed() });
};

/** On any free port, or on the one it had before. */
export const startEmbeddingsServer = async (port = 0): Promise<EmbeddingsServer> => {
  const requests: EmbeddingsServer['requests'][number][] = [];
  let behaviour = answerLetters;
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = JSON.parse(await textOf(request)) as EmbeddingsRequest;
    requests.push({ ...body, authorization: request.headers.authorization });
    behaviour(body, response);
  };
  const server = createServer((request, response) => void handle(request, response));
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(address.port)}/v1/embeddings`,
    requests,
    behave: (changed) => (behaviour = changed),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
