import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { NotFlowledger, Refused, Unreachable } from './api-client';
import { sendCommands } from './bulk-client';
import type { BulkOptions } from './bulk-client';
import type { CommandLine } from './bulk-request';
import { textLinesOf } from './text-lines';

type Answer = Readonly<Record<string, unknown>>;
/** Answers one line of the n-th request; null breaks the connection. */
type Behaviour = (command: CommandLine, request: number) => Answer | null;

const ok = { status: 200, position: '7' };
const busy = {
  status: 503,
  problem: { status: 503, code: 'unavailable', detail: 'the queue is full' },
};
const unknown = { status: 404, problem: { status: 404, code: 'stream-unknown', detail: 'none' } };

const named = (name: string): CommandLine => ({ command: name, data: {}, idempotencyKey: name });

describe('sending commands in bulk', () => {
  let server: Server;
  /** The commands of each request, as they came. */
  let received: string[][];

  const serve = async (
    behave: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
  ): Promise<void> => {
    received = [];
    server = createServer((request, response) => {
      behave(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  };

  const answering = (behaviour: Behaviour) =>
    serve(async (request, response) => {
      const commands: string[] = [];
      const number = received.push(commands);
      for await (const line of textLinesOf(request)) {
        const command = JSON.parse(line) as CommandLine;
        const answer = behaviour(command, number);
        if (answer === null) return void response.destroy();
        response.write(`${JSON.stringify({ line: commands.push(command.command), ...answer })}\n`);
      }
      response.end();
    });

  const outcomesOf = async (names: Iterable<string>, options: BulkOptions = {}) => {
    const { port } = server.address() as AddressInfo;
    const lines = [...names].map(named);
    const outcomes: [string, number, boolean][] = [];
    const address = { url: `http://127.0.0.1:${port}`, key: 'a-key' };
    for await (const { line, answer, resent } of sendCommands(address, lines, options)) {
      outcomes.push([line.command, answer.status, resent]);
    }
    return outcomes;
  };

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  it('gives each line its own outcome, in order', async () => {
    await answering(({ command }) => (command === 'b' ? unknown : ok));
    expect(await outcomesOf('abc')).toEqual([
      ['a', 200, false],
      ['b', 404, false],
      ['c', 200, false],
    ]);
  });

  it('sends again what was answered 503, and what failed behind it', async () => {
    await answering(({ command }, request) => {
      if (request === 1 && command === 'start') return busy;
      return request === 1 && command === 'call' ? unknown : ok;
    });
    expect(await outcomesOf(['first', 'start', 'other', 'call'])).toEqual([
      ['first', 200, false],
      ['other', 200, false],
      ['start', 200, true],
      ['call', 200, true],
    ]);
    expect(received).toEqual([
      ['first', 'start', 'other', 'call'],
      ['start', 'call'],
    ]);
  });

  it('goes on where a broken connection left off', async () => {
    await answering(({ command }, request) => (request === 1 && command === 'c' ? null : ok));
    const outcomes = await outcomesOf('abcd');
    expect(outcomes.map(([name, status]) => `${name}${status}`).sort()).toEqual([
      'a200',
      'b200',
      'c200',
      'd200',
    ]);
    expect(outcomes).toContainEqual(['d', 200, true]);
  });

  it('waits out a server that turns the whole request away', async () => {
    let turnedAway = 0;
    await serve(async (request, response) => {
      request.resume();
      if (turnedAway === 0) {
        turnedAway += 1;
        response.writeHead(503, { 'retry-after': '0' }).end('{}');
        return;
      }
      for await (const line of textLinesOf(request)) {
        response.write(`{"line":${line.length},"status":200}\n`);
      }
      response.end();
    });
    expect(await outcomesOf('a')).toEqual([['a', 200, true]]);
  });

  it('gives up at once on a key that is not valid', async () => {
    await serve((request, response) => {
      request.resume();
      const problem = { status: 401, code: 'unauthorized', detail: 'the key is not valid here' };
      response.writeHead(401).end(JSON.stringify(problem));
      return Promise.resolve();
    });
    await expect(outcomesOf('a')).rejects.toThrow(Refused);
    await expect(outcomesOf('a')).rejects.toThrow('the key is not valid here (401 unauthorized)');
  });

  it('gives up at once where something else answers', async () => {
    for (const text of ['<!DOCTYPE html><title>Welcome</title>', '{"hello": 1}']) {
      await serve((request, response) => {
        request.resume();
        response.end(text);
        return Promise.resolve();
      });
      await expect(outcomesOf('a')).rejects.toThrow(NotFlowledger);
      server.close();
    }
  });

  it('gives up on a server that takes everything and says nothing', async () => {
    await serve((request) => Promise.resolve(void request.resume()));
    await expect(outcomesOf('a', { patienceMilliseconds: 100 })).rejects.toThrow(Unreachable);
  });

  it('gives up when nothing gets done for too long', async () => {
    await answering(() => busy);
    const given = outcomesOf('a', { patienceMilliseconds: 0 });
    await expect(given).rejects.toThrow('does not answer: the queue is full');
  });

  it('reads answers while it sends, and splits what is long into several requests', async () => {
    await answering(() => ok);
    const names = Array.from({ length: 10_001 }, (_, at) => `command-${at}`);
    const outcomes = await outcomesOf(names);
    expect(outcomes.map(([name]) => name)).toEqual(names);
    expect(received.map(({ length }) => length)).toEqual([10_000, 1]);
  });
});
