/* Servers killed while alerts fire and are told of. */
import { clientOf } from '../harness/client';
import type { Client } from '../harness/client';
import { alertLike, failing, passing, score, soon } from '../harness/alerts';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { proveLedger } from '../harness/ledger-proof';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { expectExact } from '../harness/read-models';
import { chanceOf, seedOf } from '../harness/seed';
import { accept, answer, startReceiver } from '../harness/webhook-receiver';
import type { WebhookReceiver } from '../harness/webhook-receiver';
import { Home } from './home';

jest.setTimeout(300_000);

const seed = seedOf('alerts killed');
const key = 'operator-key-of-the-fault-tests';
const rule = 'gate-pass-rate-critical';

let database: TestDatabase;
let homes: Home[];
let servers: ServerProcess[];
let receiver: WebhookReceiver;
let client: Client;
let operator: Deployer;

const start = (home: Home): ServerProcess =>
  startServer({
    FLOWLEDGER_HOME: home.path,
    FLOWLEDGER_KEYS: `operator:tests:${key}`,
    FLOWLEDGER_ALERT_SECONDS: '0.1',
    FLOWLEDGER_ALERT_WEBHOOKS: receiver.setting,
    FLOWLEDGER_WEBHOOK_BACKOFF_MS: '50',
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
  });

/** Commands go to this server from now on. */
const turnTo = async (server: ServerProcess): Promise<void> => {
  client = clientOf(await server.ready, key);
  operator = deployerOf(client, key);
};

beforeEach(async () => {
  database = await freshDatabase();
  receiver = await startReceiver();
  homes = await Promise.all([Home.make(), Home.make()]);
  servers = [];
});
afterEach(async () => {
  await killServers();
  await receiver.stop();
  await Promise.all(homes.map((home) => home.remove()));
  await database.drop();
});

interface Fact {
  readonly type: string;
  readonly stream: string;
  readonly id: string;
}

const facts = (): Promise<Fact[]> =>
  database.sql<Fact>(
    `select type, stream, event_id::text as id from ledger.events where stream like 'alert-%' order by position`,
  );

const endpointKnown = (): Promise<boolean> =>
  eventually('the endpoint is known', async () => {
    const rows = await database.sql('select endpoint from ops.webhook_endpoints');
    return rows.length > 0;
  });

it('tells of a fact after the restart, where it was killed between the fact and its webhook', async () => {
  servers = [start(homes[0]!)];
  await turnTo(servers[0]!);
  await endpointKnown();
  receiver.react(answer(503)); // it is not taken before the kill
  await operator.take(['set-alert-rule', { rule, ...soon }]);
  await score(client, 'a', failing(4));
  await eventually('it is recorded', async () => (await facts()).length === 1);
  await servers[0]!.kill();
  const [fired] = await facts();
  receiver.react(accept);
  const tried = receiver.received.length;
  servers = [start(homes[0]!)];
  await turnTo(servers[0]!);
  await eventually('it is told', () => receiver.received.length > tried);
  expect(receiver.received.at(-1)).toMatchObject({ id: fired?.id, isValid: true });
  await eventually('it is noted', async () => {
    const { body } = await client.get<{ deliveries: { state: string }[] }>(
      '/v1/webhook-deliveries',
    );
    return body.deliveries[0]?.state === 'delivered';
  });
  await servers[0]!.kill();
  const told = receiver.received.length;
  servers = [start(homes[0]!)];
  await turnTo(servers[0]!);
  const alert = `${rule}.1`;
  await operator.take(['acknowledge-alert', { alert, comment: 'after another kill' }]);
  await eventually('the next is told', () => receiver.received.length > told);
  expect(receiver.received.at(-1)?.body.type).toBe('alert.acknowledged');
  expect(receiver.received).toHaveLength(told + 1);
});

it('fires once for each time, and tells of each fact, wherever one of two servers is killed', async () => {
  const chance = chanceOf(seed);
  servers = homes.map(start);
  await turnTo(servers[0]!);
  await servers[1]!.ready;
  await endpointKnown();
  await operator.take(['set-alert-rule', { rule, ...soon, forSeconds: 0.2 }]);
  const rounds = 3;
  for (let round = 0; round < rounds; round += 1) {
    const seat = round % 2;
    await turnTo(servers[1 - seat]!);
    await score(client, `bad-${String(round)}`, failing(4 * 4 ** round));
    const wanted = chance.between(0, 2);
    await eventually(
      `some facts are there`,
      async () => (await facts()).length >= Math.min(2 * round + 1, 2 * round + wanted),
    );
    await servers[seat]!.kill();
    const alert = `${rule}.${String(round + 1)}`;
    await eventually(`${alert} fires`, async () =>
      (await facts()).some(({ stream }) => stream === `alert-${alert}`),
    );
    await score(client, `good-${String(round)}`, passing(16 * 4 ** round));
    await eventually(`${alert} is over`, async () => (await facts()).length === 2 * (round + 1));
    servers[seat] = start(homes[seat]!);
    await servers[seat].ready;
  }
  const recorded = await facts();
  expect(recorded.map(({ type, stream }) => `${stream} ${type}`)).toEqual(
    Array.from({ length: rounds }, (_, round) => `alert-${rule}.${String(round + 1)}`).flatMap(
      (stream) => [`${stream} AlertFired`, `${stream} AlertResolved`],
    ),
  );
  await eventually(
    'all are told',
    () => new Set(receiver.received.map(({ id }) => id)).size === recorded.length,
  );
  const firstSeen = [...new Set(receiver.received.map(({ id }) => id))];
  expect(firstSeen).toEqual(recorded.map(({ id }) => id));
  expect(receiver.received.every(({ isValid }) => isValid)).toBe(true);
  await expectExact(database);
  await proveLedger(database);
});

it('begins an automatic rollback once, killed when it has fired', async () => {
  servers = [start(homes[0]!)];
  await turnTo(servers[0]!);
  for (const deploymentId of ['d1', 'd2']) {
    await operator.promoted(deploymentId);
    await operator.take(['complete-deployment', { deploymentId }]);
  }
  await operator.take(['set-alert-rule', { rule, ...soon, automatic: true }]);
  await score(client, 'bad', failing(4)); // no more than it fires at: a rollback refuses what is new
  await eventually('it fired', async () => (await facts()).length > 0, { every: 2 });
  await servers[0]!.kill();
  servers = [start(homes[0]!)];
  await turnTo(servers[0]!);
  await alertLike(client, { alert: `${rule}.1`, resolvedBecause: 'deployment-changed' });
  const begun = await database.sql(
    `select 1 from ledger.events where type in ('RollbackStarted', 'RollbackBegun')`,
  );
  expect(begun).toHaveLength(2);
  const { body } = await client.get<{ row: object }>(`/v1/projections/alerts/${rule}.1`);
  expect(body.row).toMatchObject({ rollbackId: `alert.${rule}.1`, proposesRollback: false });
  await eventually('it is completed', async () => {
    const found = await client.get<{ state: string }>(`/v1/rollbacks/alert.${rule}.1`);
    return found.body.state === 'completed';
  });
  await expectExact(database);
});
