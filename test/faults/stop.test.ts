import { once } from 'node:events';
import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { json } from 'node:stream/consumers';
import { clientOf } from '../harness/client';
import { eventually } from '../harness/eventually';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { seedOf } from '../harness/seed';
import { BulkStream } from './bulk-stream';
import { Home } from './home';
import { acknowledgementFaults, ledgerFaults, readLedger } from './ledger-rows';
import { Load } from './load';

jest.setTimeout(300_000);

const seed = seedOf('stop');
const done = { code: 0, signal: null };
let home: Home;
let load: Load | undefined;

beforeAll(async () => {
  home = await Home.make();
});

afterEach(async () => {
  await Promise.all([load?.abandon(), killServers()]);
});

afterAll(async () => {
  await home.remove();
});

interface Started {
  readonly server: ServerProcess;
  readonly url: string;
  readonly key: string;
}

const start = async (env: Readonly<Record<string, string>> = {}): Promise<Started> => {
  const server = startServer({ FLOWLEDGER_HOME: home.path, ...env });
  const url = await server.ready;
  const { service } = await home.json<{ service: string }>('keys.json');
  return { server, url, key: service };
};

/** Resolves once a server that was told to stop takes nothing new. */
const closing = (url: string): Promise<unknown> =>
  eventually('no new requests taken', async () => {
    const { status } = await fetch(`${url}/health/live`).catch(() => ({ status: 503 }));
    return status === 503;
  });

/** A command whose body arrives in two halves. */
const slowCommand = (url: string, key: string, name: string, data: object) => {
  const text = JSON.stringify(data);
  const outgoing = request(`${url}/v1/commands/${name}`, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': text.length,
      expect: '100-continue', // so that the server says when it has begun to read
    },
  });
  const answered = once(outgoing, 'response') as Promise<[IncomingMessage]>;
  answered.catch(() => undefined); // told to whoever waits for it
  return {
    begin: async () => {
      outgoing.flushHeaders();
      await once(outgoing, 'continue');
      outgoing.write(text.slice(0, 5));
    },
    finish: async (): Promise<{ status: number | undefined; body: unknown }> => {
      outgoing.end(text.slice(5));
      const [response] = await answered;
      return { status: response.statusCode, body: await json(response) };
    },
  };
};

const heartbeats = (count: number, from: number) =>
  Array.from({ length: count }, (_, index) => {
    const reason = `beat-${String(from + index)}`;
    const data = { executionId: 'bulk', reason };
    return { command: 'heartbeat-execution', data, idempotencyKey: reason };
  });

describe('SIGTERM', () => {
  it('answers what is under way, loses nothing, stops PostgreSQL and exits with 0', async () => {
    const { server, url, key } = await start({ FLOWLEDGER_DRAIN_SECONDS: '100' });
    let urls = [url];
    load = new Load({ seed, key, urls: () => urls });
    await load.acknowledges(300);
    const client = clientOf(url, key);
    await client.command('start-execution', { executionId: 'bulk', topic: 'bulk' });
    const bulk = new BulkStream(url, key);
    await bulk.send(heartbeats(300, 0));
    await bulk.answered();
    const slow = slowCommand(url, key, 'start-execution', { executionId: 'slow', topic: 'slow' });
    await slow.begin();
    await load.acknowledges(100);

    const exit = server.kill('SIGTERM');
    await closing(url);
    void server.kill('SIGTERM');
    void server.kill('SIGINT');
    await bulk.send(heartbeats(300, 300));
    bulk.end();
    expect(await slow.finish()).toMatchObject({ status: 200, body: { version: 1 } });
    await bulk.finished;
    expect(bulk.answers).toHaveLength(600);
    expect(bulk.answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await exit).toEqual(done);
    expect(server.output.stderr).toBe('');
    expect(await home.postgresProcesses()).toEqual([]);

    const again = await start();
    urls = [again.url];
    await load.finish();
    const told = new Map(load.acknowledged);
    for (const { line, position } of bulk.answers) {
      const beat = { type: 'HeartbeatReceived', position: BigInt(position!), eventId: null };
      told.set(`beat-${String(line - 1)}`, beat);
    }
    const ledger = await readLedger(await home.databaseUrl());
    expect(ledgerFaults(ledger)).toEqual([]);
    expect(acknowledgementFaults(ledger, told)).toEqual([]);
    expect(load.findings).toEqual([]);
    expect(await again.server.kill('SIGTERM')).toEqual(done);
  });

  it('is not held up by connections that nobody uses', async () => {
    const { server, url, key } = await start();
    const agent = new Agent({ keepAlive: true });
    const used = request(`${url}/health/live`, { agent }).end();
    const [response] = (await once(used, 'response')) as [IncomingMessage];
    await json(response);
    const silent = connect(Number(new URL(url).port), '127.0.0.1');
    silent.on('error', () => undefined);
    await once(silent, 'connect');
    const tail = await fetch(`${url}/v1/events/tail`, {
      headers: { authorization: `Bearer ${key}` },
    });
    expect(tail.status).toBe(200);

    expect(await server.kill('SIGTERM')).toEqual(done);
    await tail.text().catch(() => undefined);
    agent.destroy();
    silent.destroy();
  });

  it('gives up on a request that never ends, and still stops PostgreSQL', async () => {
    const { server, url, key } = await start({ FLOWLEDGER_DRAIN_SECONDS: '1' });
    const bulk = new BulkStream(url, key);
    await bulk.send(heartbeats(1, 1_000));
    await bulk.answered();

    expect(await server.kill('SIGTERM')).toEqual({ code: 1, signal: null });
    expect(server.output.stderr).toBe('did not drain within 1 s\n');
    const isGone = async (): Promise<boolean> => (await home.postgresProcesses()).length === 0;
    await eventually('no PostgreSQL left', isGone);
  });

  it('waits for no broker that stands still, a replay under way included', async () => {
    const taken: Socket[] = [];
    const broker = createServer((socket) => taken.push(socket.resume())).listen(0, '127.0.0.1');
    await once(broker, 'listening');
    const { port } = broker.address() as AddressInfo;
    const brokers = { KAFKA_BROKERS: `127.0.0.1:${String(port)}`, FLOWLEDGER_FEED: 'ledger' };
    const { server, url } = await start(brokers);
    const { operator } = await home.json<{ operator: string }>('keys.json');
    const client = clientOf(url, operator);
    await client.command('start-replay', { replayId: 'copy', topic: 'copy' });
    await eventually('the replay asks for its topic', async () => {
      const { body } = await client.get<{ step: string }>('/v1/replays/copy');
      return body.step === 'preparing';
    });

    expect(await server.kill('SIGTERM')).toEqual(done);
    expect(await home.postgresProcesses()).toEqual([]);
    for (const socket of taken) socket.destroy();
    broker.close();
  });

  it('stops a server that is still starting, PostgreSQL included', async () => {
    const server = await eventually(
      'a server told before it was ready',
      async () => {
        const starting = startServer({ FLOWLEDGER_HOME: home.path });
        await eventually('PostgreSQL starting', () => home.postmaster());
        await starting.kill('SIGTERM');
        // One that was ready by then shows nothing: once more.
        return starting.output.stdout.includes('ready') ? null : starting;
      },
      { within: 120_000 },
    );
    expect(await server.exit).toEqual(done);
    expect(server.output).toEqual({ stdout: '', stderr: '' });
    expect(await home.postgresProcesses()).toEqual([]);
  });
});
