/* What goes on by itself and fails is told by metrics, whatever it is and however it is elected. */
import { duties } from '../../src/modules/metrics/duties';
import type { Duty } from '../../src/modules/metrics/duties';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';

const schemas = 'ledger, ops, personal, read, style';

/** Of these there is a round only where something is to be done. */
const occasional: readonly Duty[] = ['partitions', 'trace-origins'];
const steady = duties.filter((duty) => !occasional.includes(duty));

let database: TestDatabase;
let app: TestApp;
beforeEach(async () => {
  database = await freshDatabase();
});
afterEach(async () => {
  await app.stop();
  await database.drop();
});

const start = async (env: Record<string, string> = {}): Promise<void> => {
  app = await startApp({
    database,
    env: { FLOWLEDGER_SWEEP_SECONDS: '1', FLOWLEDGER_ALERT_SECONDS: '1', ...env },
  });
};

const rounds = async (outcome: string): Promise<Map<string, number>> => {
  const { body } = await app.client.get<string>('/metrics');
  const lines = body.matchAll(
    /^flowledger_duty_rounds_total\{duty="(.+)",outcome="(.+)"\} (\d+)$/gm,
  );
  return new Map(
    [...lines].flatMap(([, duty = '', ended, count]) =>
      ended === outcome ? [[duty, Number(count)] as const] : [],
    ),
  );
};

/** Resolves once each of these duties has had further rounds that ended so. */
const further = async (outcome: string, expected: readonly Duty[]): Promise<void> => {
  const before = await rounds(outcome);
  let missing = expected;
  const had = async (): Promise<boolean> => {
    const now = await rounds(outcome);
    missing = expected.filter((duty) => now.get(duty)! <= before.get(duty)!);
    return missing.length === 0;
  };
  await eventually(`rounds that ${outcome}`, had).catch((error: unknown) => {
    throw new Error(`of these there were none that ${outcome}: ${missing.join(', ')}`, {
      cause: error,
    });
  });
};

test('rounds that fail are counted, by duty, and those that go well again', async () => {
  await start({
    KAFKA_BROKERS: '127.0.0.1:1',
    FLOWLEDGER_FEED: 'ledger',
    FLOWLEDGER_ALERT_WEBHOOKS: `http://127.0.0.1:1/#whsec_${Buffer.alloc(24).toString('base64')}`,
  });
  await further('completed', steady);
  await database.sql(`revoke usage on schema ${schemas} from flowledger_app`);
  await further('failed', steady);
  await database.sql(`grant usage on schema ${schemas} to flowledger_app`);
  await further('completed', steady);
});

test('an indexer that may not even begin says so, once', async () => {
  await database.sql('revoke insert on style.indexing from flowledger_app');
  await start();
  await further('failed', ['indexer']);
  await further('failed', ['indexer']);
  expect(app.logs.filter((line) => line.includes('indexing failed'))).toHaveLength(1);
});

test('a partition that cannot be made ahead is told before commands have to wait for it', async () => {
  await start({ FLOWLEDGER_PARTITION_EVENTS: '100' });
  await app.client.command('start-execution', { executionId: 'first' });
  await database.sql('revoke execute on function ledger.extend from flowledger_app, public');
  const failed = further('failed', ['partitions']);
  for (let nth = 0; nth < 60; nth += 1) {
    const { status } = await app.client.command('start-execution', { executionId: `e${nth}` });
    expect(status).toBe(200);
  }
  await failed;
});
