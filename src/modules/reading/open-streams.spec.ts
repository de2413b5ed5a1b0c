import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings';
import { OpenStreams } from './open-streams';
import type { Texts } from './open-streams';

let server: Server;
let streams: OpenStreams;

beforeEach(async () => {
  streams = new OpenStreams({ drainSeconds: 1 } as Settings);
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  const closed = once(server.close(), 'close');
  server.closeAllConnections();
  await closed;
});

interface Asked {
  readonly client: Socket;
  readonly socket: Socket;
  readonly stream: (texts: Texts) => Promise<Readable>;
}

/** A request that has arrived and is not answered yet. */
const asked = async (): Promise<Asked> => {
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  const [raw, response] = (await once(server, 'request')) as unknown[];
  const request = { raw, method: 'GET', headers: {} } as FastifyRequest;
  const reply = { raw: response, header: () => undefined } as unknown as FastifyReply;
  const stream: Asked['stream'] = (texts) => streams.stream(request, reply, texts);
  return { client, socket: request.raw.socket, stream };
};

/** Breaks the connection, and waits until the server knows. */
const leave = async ({ client, socket }: Asked): Promise<void> => {
  const closed = once(socket, 'close');
  client.destroy();
  await closed;
};

describe('an answer that is sent piece by piece', () => {
  it('is not begun for a reader that left before', async () => {
    const reader = await asked();
    await leave(reader);
    let begun = false;
    const body = await reader.stream(async function* () {
      begun = true;
      yield await Promise.resolve('late');
    });
    body.destroy();
    expect({ begun, open: streams.count }).toEqual({ begun: false, open: 0 });
  });

  it('lets go of what it holds where a reader leaves before the first piece is sent', async () => {
    const reader = await asked();
    let held = true;
    const body = await reader.stream(async function* () {
      try {
        yield await Promise.resolve('first');
      } finally {
        held = false;
      }
    });
    await leave(reader);
    body.destroy();
    expect({ held, open: streams.count }).toEqual({ held: false, open: 0 });
  });

  it('has to make room where it stands still, once all places are taken', async () => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout'] });
    try {
      const still = await asked();
      const body = await still.stream(async function* () {
        for (;;) yield await Promise.resolve('x'.repeat(65_536));
      });
      await once(body, 'readable'); // and it is never read
      const idle = async function* (signal: AbortSignal): AsyncGenerator<string> {
        yield '';
        await once(signal, 'abort');
      };
      while (streams.count < 500) (await (await asked()).stream(idle)).resume();
      const late = await asked();
      await expect(late.stream(idle)).rejects.toMatchObject({ status: 503 });
      jest.advanceTimersByTime(60_000);
      const cut = once(still.client, 'close');
      (await late.stream(idle)).resume();
      await cut;
      await expect((await asked()).stream(idle)).rejects.toMatchObject({ status: 503 });
    } finally {
      jest.useRealTimers();
    }
  });
});
