import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client as Connection } from 'pg';
import { offices } from '../../src/modules/database/election';
import { clientOf } from '../harness/client';
import type { Client } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { Home } from './home';
import { ledgerFaults, readLedger } from './ledger-rows';
import type { EventRow } from './ledger-rows';

jest.setTimeout(300_000);

const silenceSeconds = 1.5;
const key = 'service-key-of-the-fault-tests';
const flow = {
  name: 'brief',
  stages: [{ name: 'write' }],
  publishScore: 8,
  requiredGates: [],
  revisionStage: 'write',
  maxRevisions: 1,
  silenceSeconds,
};
let database: TestDatabase;
let homes: Home[];

beforeEach(async () => {
  database = await freshDatabase();
  homes = await Promise.all([Home.make(), Home.make()]);
});

afterEach(async () => {
  await killServers();
  await Promise.all(homes.map((home) => home.remove()));
  await database.drop();
});

const start = async ({ path }: Home): Promise<ServerProcess> => {
  const flows = join(path, 'flows.json');
  await writeFile(flows, JSON.stringify({ flows: [flow] }));
  return startServer({
    FLOWLEDGER_HOME: path,
    FLOWLEDGER_KEYS: `service:tests:${key}`,
    FLOWLEDGER_FLOWS: flows,
    FLOWLEDGER_SWEEP_SECONDS: '0.1',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
  });
};

const historyOf = async (executionId: string): Promise<EventRow[]> => {
  const { events } = await readLedger(database.ownerUrl);
  return events.filter(({ stream }) => stream === `execution-${executionId}`);
};

const typesOf = async (executionId: string): Promise<string[]> =>
  (await historyOf(executionId)).map(({ type }) => type);

const timedOut = (executionId: string): Promise<boolean> =>
  typesOf(executionId).then((types) => types.includes('ExecutionTimedOut'));

/** Keeps every server from sweeping, until the function it resolves with is called. */
const holdOffice = async (): Promise<() => Promise<void>> => {
  const holder = new Connection({ connectionString: database.ownerUrl });
  await holder.connect();
  await holder.query('select pg_advisory_lock($1)', [offices.sweeper]);
  return () => holder.end();
};

const begin = async (client: Client, executionId: string): Promise<void> => {
  const { status } = await client.command('start-execution', { executionId, flow: 'brief' });
  expect(status).toBe(200);
};

const secondsBetween = (before: EventRow, after: EventRow): number =>
  (Date.parse(after.recorded_at) - Date.parse(before.recorded_at)) / 1000;

describe('silent executions, with two servers that could both sweep', () => {
  it('are timed out once, as a fact that says since when; those that speak are not', async () => {
    const letSweep = await holdOffice();
    const servers = await Promise.all(homes.map(start));
    const [url] = await Promise.all(servers.map(({ ready }) => ready));
    const client = clientOf(url!, key);
    // Nobody sweeps meanwhile: one that begins to wait too late on a slow machine is silent until then.
    const begun = ['silent', 'heard', 'waiting', 'completed'].map((executionId) => ({
      command: 'start-execution',
      data: { executionId, flow: 'brief' },
    }));
    const { body: answers } = await client.bulk([
      ...begun,
      { command: 'heartbeat-execution', data: { executionId: 'heard' } },
      { command: 'wait-execution', data: { executionId: 'waiting' } },
      { command: 'complete-execution', data: { executionId: 'completed' } },
    ]);
    expect(answers.map(({ status }) => status)).toEqual(new Array(7).fill(200));
    await letSweep();

    await eventually('the silent one timed out', async () => {
      await client.command('heartbeat-execution', { executionId: 'heard' });
      return timedOut('silent');
    });

    const [started, end, ...more] = await historyOf('silent');
    expect(more).toEqual([]);
    expect(end).toMatchObject({ type: 'ExecutionTimedOut', actor: 'sweeper', version: 2 });
    expect(JSON.parse(end!.data)).toEqual({
      reason: `nothing was heard of it for ${silenceSeconds} s`,
      silentSince: started!.recorded_at,
    });
    expect(secondsBetween(started!, end!)).toBeGreaterThanOrEqual(silenceSeconds);
    expect(await typesOf('waiting')).toEqual(['ExecutionStarted', 'ExecutionWaitStarted']);
    expect(await typesOf('completed')).toEqual(['ExecutionStarted', 'ExecutionCompleted']);
    // However slow this machine is: nobody is timed out who was heard of in time.
    const heard = await historyOf('heard');
    const cutOff = heard.filter(
      ({ type }, index) =>
        type === 'ExecutionTimedOut' &&
        secondsBetween(heard[index - 1]!, heard[index]!) < silenceSeconds,
    );
    expect(cutOff).toEqual([]);
    expect(heard.length).toBeGreaterThan(2);
  });

  it('are timed out by the other once one is killed', async () => {
    const servers = await Promise.all(homes.map(start));
    const urls = await Promise.all(servers.map(({ ready }) => ready));
    for (const [seat, url] of urls.entries()) await begin(clientOf(url, key), `silent-${seat}`);
    for (const [seat, server] of servers.entries()) {
      const left = urls[1 - seat]!;
      await server.kill('SIGKILL');
      await begin(clientOf(left, key), `after-${seat}`);
      const isOver = (): Promise<boolean> => timedOut(`after-${seat}`);
      await eventually('timed out by the one that is left', isOver);
      servers[seat] = await start(homes[seat]!);
      urls[seat] = await servers[seat].ready;
    }
    const ledger = await readLedger(database.ownerUrl);
    expect(ledgerFaults(ledger)).toEqual([]);
    const ends = ledger.events.filter(({ type }) => type === 'ExecutionTimedOut');
    expect(ends.map(({ stream }) => stream).sort()).toEqual(
      ['after-0', 'after-1', 'silent-0', 'silent-1'].map((id) => `execution-${id}`),
    );
    for (const server of servers) {
      expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    }
  });
});
