import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { clientOf } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Home } from './home';
import { ledgerFaults, readLedger } from './ledger-rows';

jest.setTimeout(300_000);

const seed = seedOf('start');
const done = { code: 0, signal: null };
let home: Home;

beforeAll(async () => {
  home = await Home.make();
});

afterEach(killServers);

afterAll(async () => {
  await home.remove();
});

const start = (env: Readonly<Record<string, string>> = {}): ServerProcess =>
  startServer({ FLOWLEDGER_HOME: home.path, ...env });

const serviceKey = async (): Promise<string> =>
  (await home.json<{ service: string }>('keys.json')).service;

const modeOf = async (name: string): Promise<string> =>
  ((await stat(join(home.path, name))).mode & 0o777).toString(8);

interface Rows {
  readonly rows: readonly Record<string, unknown>[];
}

/** Runs the requests that a start has printed, as they stand. */
const paste = async (server: ServerProcess): Promise<unknown[]> => {
  await eventually('all is printed', () => server.output.stdout.endsWith("'\n"));
  const requests = server.output.stdout.split('\n').filter((line) => line.startsWith('curl '));
  const run = async (request: string): Promise<Record<string, unknown>> => {
    const { stdout } = await promisify(execFile)('sh', ['-c', request]);
    return JSON.parse(stdout) as Record<string, unknown>;
  };
  const [first, second, third, ...more] = requests;
  expect(more).toEqual([]);
  const commands = [await run(first!), await run(second!)];
  // A person takes longer to look than the read model takes to follow.
  const row = await eventually('a row', async () => {
    const answer = await run(third!);
    return 'row' in answer && answer;
  });
  return [...commands, row];
};

const welcomed = [
  { version: 1, events: [{ type: 'ExecutionStarted' }], duplicate: false },
  { version: 2, events: [{ type: 'LlmCallRecorded' }], duplicate: false },
  { projection: 'execution-status', row: { topic: 'A first article', status: 'running' } },
];

describe('a first start', () => {
  it('says where it is and prints three requests that work as they stand', async () => {
    const server = start();
    const url = await server.ready;
    expect(await paste(server)).toMatchObject(welcomed);
    expect(server.output.stdout).toMatch(new RegExp(`^ready ${url}\n`));
    expect(server.output.stderr).toBe('');
    expect(await server.kill('SIGTERM')).toEqual(done);
  });

  it('keeps its secrets to itself', async () => {
    expect(await modeOf('keys.json')).toBe('600');
    expect(await modeOf('postgres.json')).toBe('600');
  });
});

describe('a later start', () => {
  it('finds everything as it was, and greets as before', async () => {
    const secrets = () => Promise.all([home.text('keys.json'), home.text('postgres.json')]);
    const before = await secrets();
    const server = start();
    const client = clientOf(await server.ready, await serviceKey());
    expect(await secrets()).toEqual(before);
    const { headers } = await client.get('/v1/events?limit=1');
    const end = headers.get('x-flowledger-position') ?? '';
    const path = `/v1/projections/execution-status?minPosition=${end}`;
    const body = await eventually('rows up to there', async () => {
      const answer = await client.get<Rows>(path);
      return answer.status === 200 && answer.body;
    });
    expect(body.rows).toMatchObject([{ topic: 'A first article', calls: 1, costUsd: 0.0075 }]);
    expect(await paste(server)).toMatchObject(welcomed);
    expect(await server.kill('SIGTERM')).toEqual(done);
  });

  it('is refused while a server runs there, which it names and leaves alone', async () => {
    const first = start();
    const url = await first.ready;
    const second = start();
    expect(await second.exit).toEqual({ code: 1, signal: null });
    expect(second.output).toEqual({
      stdout: '',
      stderr: `flowledger: ${home.path} is in use: a server runs at ${url} (pid ${first.pid}); stop it, or set FLOWLEDGER_HOME to another folder\n`,
    });
    await healthBecomes(clientOf(url, await serviceKey()), '/health/ready', { code: 200 });
    expect(await home.json('server.json')).toEqual({ url, pid: first.pid });
    expect(await first.kill('SIGTERM')).toEqual(done);
  });

  it('recovers what a server and a PostgreSQL that were both killed have left', async () => {
    const killed = start();
    const client = clientOf(await killed.ready, await serviceKey());
    const told = await client.command('start-execution', {});
    expect(told.status).toBe(200);
    await killed.kill('SIGKILL');
    const postmaster = await home.postmaster();
    process.kill(postmaster!, 'SIGKILL');
    const isGone = async (): Promise<boolean> => (await home.postmaster()) === undefined;
    await eventually('PostgreSQL gone', isGone);
    expect(await home.text('postgres/postmaster.pid')).toContain(String(postmaster));

    const server = start();
    await server.ready;
    expect(server.output.stderr).toBe('');
    const ledger = await readLedger(await home.databaseUrl());
    expect(ledgerFaults(ledger)).toEqual([]);
    expect(ledger.head.position).toBe(told.body.position);
    expect(await server.kill('SIGTERM')).toEqual(done);
  });

  it('goes to one of several that come at once, after a server was killed', async () => {
    const killed = start();
    await killed.ready;
    await killed.kill('SIGKILL');
    const rivals = [start(), start(), start()];
    const outcomes = await Promise.all(
      rivals.map((rival) => Promise.race([rival.exit, rival.ready.catch(() => rival.exit)])),
    );
    const refused = outcomes.filter((outcome) => typeof outcome !== 'string');
    expect(refused).toEqual([
      { code: 1, signal: null },
      { code: 1, signal: null },
    ]);
    const winner = rivals[outcomes.findIndex((outcome) => typeof outcome === 'string')]!;
    for (const rival of rivals.filter((one) => one !== winner)) {
      expect(rival.output.stderr).toMatch(/^flowledger: .* is in use: .*\n$/);
    }
    expect(await winner.kill('SIGTERM')).toEqual(done);
  });
});

it('a first start that is killed at any moment is made good by the next', async () => {
  const chance = chanceOf(seed);
  const other = await Home.make();
  try {
    for (let round = 0; round < 4; round += 1) {
      const killed = startServer({ FLOWLEDGER_HOME: other.path });
      await pause(chance.between(100, 1_500)); // the moment, not a wait
      await killed.kill('SIGKILL');
    }
    const server = startServer({ FLOWLEDGER_HOME: other.path });
    const url = await server.ready;
    expect(server.output.stderr).toBe('');
    const { operator } = await other.json<{ operator: string }>('keys.json');
    const { status } = await clientOf(url, operator).command('start-execution', {});
    expect(status).toBe(200);
    expect(await server.kill('SIGTERM')).toEqual(done);
  } finally {
    await killServers();
    await other.remove();
  }
});

describe('a start that cannot be', () => {
  let database: TestDatabase;
  let taken: number;
  const listener = createServer();

  beforeAll(async () => {
    database = await freshDatabase();
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    taken = (listener.address() as AddressInfo).port;
  });

  afterAll(async () => {
    listener.close();
    await database.drop();
  });

  /** What it says on standard error before it exits with 1; nothing else, and nothing left running. */
  const saidBy = async (env: Readonly<Record<string, string>>): Promise<string[]> => {
    const server = start(env);
    expect(await server.exit).toEqual({ code: 1, signal: null });
    expect(server.output.stdout).toBe('');
    expect(await home.postgresProcesses()).toEqual([]);
    const lines = server.output.stderr.split('\n');
    expect(lines.pop()).toBe('');
    return lines;
  };

  const changed = (parts: Partial<URL>): string => {
    const url = new URL(database.ownerUrl);
    return Object.assign(url, parts).href;
  };

  it('says which port is taken', async () => {
    expect(await saidBy({ PORT: String(taken) })).toEqual([
      `flowledger: port ${taken} of 127.0.0.1 is taken: set PORT to another, or 0 for any free one`,
    ]);
  });

  it('says which address is not of this machine', async () => {
    expect(await saidBy({ HOST: '192.0.2.1' })).toEqual([
      'flowledger: cannot listen on 192.0.2.1:0 (EADDRNOTAVAIL): set HOST and PORT',
    ]);
  });

  it('says which home is no folder', async () => {
    const file = join(home.path, 'keys.json');
    for (const path of [file, join(file, 'below')]) {
      const [line, ...more] = await saidBy({ FLOWLEDGER_HOME: path });
      expect(line).toMatch(/^flowledger: cannot write to FLOWLEDGER_HOME .*keys\.json/);
      expect(more).toEqual([]);
    }
  });

  it('says which database cannot be reached, without the password', async () => {
    expect(await saidBy({ DATABASE_URL: changed({ port: '1' }) })).toEqual([
      `flowledger: cannot reach the database at ${changed({ port: '1', username: '', password: '' })} (ECONNREFUSED): check DATABASE_URL and that it runs`,
    ]);
    const nowhere = await saidBy({ DATABASE_URL: changed({ hostname: 'nowhere.invalid' }) });
    expect(nowhere).toEqual([
      expect.stringMatching(
        /^flowledger: cannot reach the database at \S+nowhere\.invalid\S+ \((ENOTFOUND|EAI_AGAIN)\): check DATABASE_URL and that it runs$/,
      ),
    ]);
  });

  it('says which database refuses it, without the password', async () => {
    const wrong = await saidBy({ DATABASE_URL: changed({ password: 'not-the-password' }) });
    expect(wrong).toEqual([
      expect.stringMatching(
        /^flowledger: the database at \S+ refused the connection \(password .*\): check DATABASE_URL$/,
      ),
    ]);
    expect(wrong.join()).not.toContain('not-the-password');
    expect(await saidBy({ DATABASE_URL: changed({ pathname: '/elsewhere' }) })).toEqual([
      expect.stringMatching(
        /^flowledger: the database at \S+ refused the connection \(database "elsewhere" does not exist\): check DATABASE_URL$/,
      ),
    ]);
  });

  it('names every malformed variable at once', async () => {
    const lines = await saidBy({
      PORT: 'http',
      DATABASE_URL: 'mysql://localhost/flowledger',
      LOG_LEVEL: 'loud',
      FLOWLEDGER_KEYS: 'service:short:secret',
      FLOWLEDGER_PARTS: 'api,repeater',
      KAFKA_PARTITIONS: '0',
    });
    expect(lines.map((line) => line.replace(/^flowledger: /, '').split(/[:. ]/)[0])).toEqual([
      'PORT',
      'DATABASE_URL',
      'KAFKA_PARTITIONS',
      'FLOWLEDGER_KEYS',
      'FLOWLEDGER_PARTS',
      'LOG_LEVEL',
    ]);
    expect(lines.join()).not.toContain('short:secret');
  });

  it('says what is wrong with a file of flows', async () => {
    const file = join(home.path, 'flows.json');
    const said = (env = { FLOWLEDGER_FLOWS: file }) => saidBy(env);
    expect(await said()).toEqual([
      expect.stringMatching(/^flowledger: FLOWLEDGER_FLOWS: cannot read .*flows\.json: ENOENT/),
    ]);
    await writeFile(file, '{"flows": [');
    expect(await said()).toEqual([
      expect.stringMatching(/^flowledger: FLOWLEDGER_FLOWS: cannot read .*flows\.json: .*JSON/),
    ]);
    await writeFile(file, '{"flows": [{"name": "n", "stages": [], "silenceSeconds": -1}]}');
    const [line, ...more] = await said();
    expect(line).toMatch(/^flowledger: FLOWLEDGER_FLOWS: .*flows\.json: /);
    for (const field of ['stages', 'silenceSeconds', 'publishScore', 'revisionStage']) {
      expect(line).toContain(`flows.0.${field}: `);
    }
    expect(more).toEqual([]);
  });

  it('says that the number of partitions is fixed', async () => {
    const env = { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl };
    const first = start({ ...env, KAFKA_PARTITIONS: '4' });
    await first.ready;
    expect(await first.kill('SIGTERM')).toEqual(done);
    expect(await saidBy({ ...env, KAFKA_PARTITIONS: '6' })).toEqual([
      'flowledger: KAFKA_PARTITIONS is 6, but this database was first used with 4: set it to that',
    ]);
  });
});

it('a start without a broker that can be reached takes commands, and says what is missing', async () => {
  const database = await freshDatabase();
  const server = start({
    KAFKA_BROKERS: '127.0.0.1:1',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
  });
  const client = clientOf(await server.ready, await serviceKey());
  const told = await client.command('start-execution', { executionId: 'unpublished' });
  expect(told).toMatchObject({ status: 200, body: { version: 1, duplicate: false } });
  await healthBecomes(client, '/health', {
    code: 200,
    status: 'degraded',
    checks: {
      ledger: { status: 'healthy' },
      kafka: { status: 'degraded', detail: expect.stringContaining('127.0.0.1:1') },
    },
  });
  await healthBecomes(client, '/health/ready', { code: 200 });
  expect(await client.get('/v1/events/1')).toMatchObject({ status: 200 });
  // The thread in which events are published looks for itself, later than whoever health asks.
  await eventually('the log says so', () => server.output.stderr.endsWith('\n'));
  expect(await server.kill('SIGTERM')).toEqual(done);
  expect(server.output.stderr).toMatch(/^\{.*Kafka cannot be reached at 127\.0\.0\.1:1.*\}\n$/);
  await database.drop();
});

describe('the command line', () => {
  it('explains itself', async () => {
    const server = startServer({ FLOWLEDGER_HOME: home.path }, ['--help']);
    expect(await server.exit).toEqual(done);
    expect(server.output.stdout).toMatch(/^npm start\n[^]*Exit status: 0[^]*--json[^]*--help/);
    expect(server.output.stderr).toBe('');
  });

  it('refuses a flag it does not know', async () => {
    const server = startServer({ FLOWLEDGER_HOME: home.path }, ['--jsno']);
    expect(await server.exit).toEqual({ code: 2, signal: null });
    expect(server.output.stdout).toBe('');
    expect(server.output.stderr).toContain("'--jsno'");
  });

  it('speaks JSON if asked', async () => {
    const server = startServer({ FLOWLEDGER_HOME: home.path }, ['--json']);
    const url = await server.ready;
    expect(server.output.stdout).toBe(
      `${JSON.stringify({ url, pid: server.pid })}\nready ${url}\n`,
    );
    expect(await server.kill('SIGTERM')).toEqual(done);
  });
});
