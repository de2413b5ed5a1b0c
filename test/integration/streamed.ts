/*
 * Answers that come piece by piece, read as slowly as a test likes, over a connection of their own.
 */
import { request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { ReadingDatabase } from '../../src/modules/reading/reading-database';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';

export interface Streamed {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Reads on until the last that came fulfils `enough`, then no further; gives back all of it. */
  until(enough: (latest: string) => boolean): Promise<string>;
  /** Reads to the end: whether it came to one, or the connection broke, and all that came. */
  rest(): Promise<{ readonly complete: boolean; readonly text: string }>;
  /** Hangs up. */
  close(): void;
}

const follow = (response: IncomingMessage): Streamed => {
  const pieces: Buffer[] = [];
  const text = (last = pieces.length): string =>
    Buffer.concat(pieces.slice(-last)).toString('utf8');
  response.on('error', () => undefined); // `complete` tells it
  const next = async (): Promise<boolean> => {
    const piece = response.read() as Buffer | null;
    if (piece !== null) {
      pieces.push(piece);
      return true;
    }
    if (response.readableEnded || response.destroyed) return false;
    const ended = new AbortController();
    const events = ['readable', 'end', 'close'].map((name) =>
      once(response, name, { signal: ended.signal }),
    );
    await Promise.race(events.map((event) => event.catch(() => undefined)));
    ended.abort();
    await Promise.allSettled(events);
    return true;
  };
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    until: async (enough) => {
      while (!enough(text(5))) if (!(await next())) throw new Error(`it ended: ${text()}`);
      return text();
    },
    rest: async () => {
      while (await next());
      return { complete: response.complete, text: text() };
    },
    close: () => {
      response.destroy();
    },
  };
};

/** Asks for `path` and resolves when its headers are there; nothing of the body is read yet. */
export const openStream = async (
  { url, keys }: Pick<TestApp, 'url' | 'keys'>,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Streamed> => {
  const asked = request(`${url}${path}`, {
    agent: false,
    headers: { authorization: `Bearer ${keys.analyst}`, ...headers },
  });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  return follow(response);
};

export interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly position: string; readonly stream: string; readonly type: string };
}

/** The whole messages of a text of server-sent events, without its comments. */
export const messagesOf = (text: string): Message[] =>
  text
    .slice(0, text.lastIndexOf('\n\n') + 1)
    .split('\n\n')
    .filter((block) => block.trim() !== '' && !block.startsWith(':'))
    .map((block) => {
      const fields = Object.fromEntries(
        block
          .trim()
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      const data = JSON.parse(fields['data'] ?? '') as Message['data'];
      return { id: fields['id'] ?? '', event: fields['event'] ?? '', data };
    });

/**
 * Resolves once nobody reads from the database but whoever asks here, twenty times in a row: a
 * stream that is open meanwhile waits for its reader, and holds no connection.
 */
export const readingStandsStill = async (app: TestApp): Promise<void> => {
  const { pool } = app.get(ReadingDatabase);
  let taken = 0;
  const count = (): number => (taken += 1);
  pool.on('acquire', count);
  await eventually('reading stands still', async () => {
    taken = 0;
    for (let asked = 0; asked < 20; asked += 1) await app.client.get('/v1/events/1');
    return taken === 20 && pool.totalCount === pool.idleCount && pool.waitingCount === 0;
  });
  pool.off('acquire', count);
};
