/* PostgreSQL killed, and the broker, in the middle of a rollback: the server waits, and goes on exactly once. */
import { Client } from 'pg';
import { rollbackSteps } from '../../src/events/rollback.events';
import { startKafka } from '../../src/modules/kafka/broker/cluster';
import type { KafkaCluster } from '../../src/modules/kafka/broker/cluster';
import { clientOf } from '../harness/client';
import type { Client as ApiClient } from '../harness/client';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { describeWithOwnBrokers } from '../harness/kafka-broker';
import { killServers, startServer } from '../harness/process';
import { chanceOf, seedOf } from '../harness/seed';
import { Home } from './home';

jest.setTimeout(300_000);

const chance = chanceOf(seedOf('rollback outages'));
const patient = { within: 90_000 };
const watchful = { ...patient, every: 10 };

let home: Home;
let api: ApiClient;
let deployer: Deployer;

const start = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  const url = await startServer({ FLOWLEDGER_HOME: home.path, LOG_LEVEL: 'silent', ...env }).ready;
  const { operator } = await home.json<{ operator: string }>('keys.json');
  api = clientOf(url, operator);
  deployer = deployerOf(api, operator);
  await deployer.twoInTurn();
};

beforeEach(async () => {
  home = await Home.make();
});
afterEach(async () => {
  await killServers();
  await home.remove();
});

/** What the ledger says, whichever postmaster runs now. */
const eventsOf = async (types: readonly string[]): Promise<{ type: string; step?: string }[]> => {
  const client = new Client({ connectionString: await home.databaseUrl() });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{ type: string; step?: string }>(
      `select type, data ->> 'step' as step from ledger.events where type = any ($1) order by position`,
      [types],
    );
    return rows;
  } finally {
    await client.end();
  }
};

const begin = async (mode: string, after: number): Promise<void> => {
  await deployer.take([
    'start-rollback',
    { rollbackId: 'r1', deploymentId: 'd2', mode, reason: 'a drill' },
  ]);
  await eventually(
    `${String(after)} steps are taken`,
    async () => (await eventsOf(['RollbackStepTaken'])).length >= after,
    watchful,
  );
};

/** It is completed, by nine steps and one of each fact, and everything is proven. */
const expectCompletedOnce = async (): Promise<void> => {
  await eventually(
    'it is completed',
    async () => {
      const { body } = await api.get<{ state: string }>('/v1/rollbacks/r1');
      return body.state === 'completed' || Promise.reject(new Error(JSON.stringify(body)));
    },
    patient,
  );
  const steps = await eventsOf(['RollbackStepTaken']);
  expect(steps.map(({ step }) => step)).toEqual(rollbackSteps);
  const once = ['WorkStopped', 'DeploymentRestored', 'DeploymentRolledBack', 'RollbackCompleted'];
  expect((await eventsOf(once)).map(({ type }) => type)).toEqual(once);
  const proof = await eventually(
    'a proof',
    async () => {
      const { status, body } = await api.get<{ holds: boolean }>('/v1/verify');
      return status === 200 && body;
    },
    patient,
  );
  expect(proof).toMatchObject({ holds: true });
};

describe('PostgreSQL killed by SIGKILL in the middle of a rollback', () => {
  it.each([
    ['code', chance.between(0, 5)],
    ['data', chance.between(5, 8)],
  ])('of %s, after %i steps, is a pause to it', async (mode, after) => {
    await start();
    await begin(mode, after);
    const killed = await eventually('a postmaster', () => home.postmaster(), patient);
    process.kill(killed, 'SIGKILL');
    await expectCompletedOnce();
  });
});

describeWithOwnBrokers('the broker killed by SIGKILL in the middle of a rollback', () => {
  let cluster: KafkaCluster;

  beforeEach(async () => {
    cluster = await startKafka({
      brokers: 1,
      home: `${home.path}/kafka`,
      env: process.env,
      log: () => undefined,
    });
  });
  afterEach(() => cluster.stop());

  it('is no end to it: it goes on meanwhile or when the broker is back', async () => {
    await start({ KAFKA_BROKERS: cluster.bootstrap });
    await begin('data', chance.between(0, 6));
    await cluster.brokers[0]!.kill('SIGKILL');
    await deployer.take(['heartbeat-execution', { executionId: 'old' }]); // commands need no broker
    await cluster.brokers[0]!.restart();
    await expectCompletedOnce();
  });
});
