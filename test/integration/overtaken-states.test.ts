/* What decisions rest on is read while something newer of it is on its way to the ledger. */
import { Client } from 'pg';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';

let app: TestApp;
let holder: Client;
beforeEach(async () => {
  app = await startApp();
  holder = new Client({ connectionString: app.database.ownerUrl });
  await holder.connect();
});
afterEach(async () => {
  await holder.end();
  await app.stop();
});

const isAnybodyWaiting = async (): Promise<boolean> => {
  const waiting = await app.database.sql(
    `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
};

/** Long enough for what was sent before to be decided. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await app.client.get('/health/live');
};

const setPrice = (usd: number) => ({
  model: 'm',
  effectiveFrom: '2026-01-01',
  inputUsdPerMillion: usd,
  outputUsdPerMillion: usd,
});

test('a call is priced by the price that was acknowledged before it, though the book was read before', async () => {
  const operator = { key: app.keys.operator };
  const call = async (): Promise<[position: number, usd: number]> => {
    const tokens = { inputTokens: 1_000_000, outputTokens: 0, durationSeconds: 1 };
    const body = { executionId: 'e', agent: 'writer', model: 'm', ...tokens };
    const answer = await app.client.command('record-llm-call', body);
    const [event] = answer.body.events;
    const { cost } = event?.data as { cost: { nanoUsd: string } };
    return [Number(event?.position), Number(cost.nanoUsd) / 1e9];
  };
  const cheap = ['set-price', setPrice(1), { ...operator, idempotencyKey: 'k1' }] as const;
  await app.client.command('start-execution', { executionId: 'e' });
  await app.client.command(...cheap);
  await app.database.sql(`
    create function public.wait_for_seven() returns trigger language plpgsql as
    $$begin perform pg_advisory_xact_lock(7); return new; end$$`);
  await app.database.sql(`
    create trigger wait before insert on ledger.events for each row
    when (new.type = 'PriceSet') execute function public.wait_for_seven()`);

  // One commit holds something to write and a command that comes again, the next a new price.
  await holder.query('select pg_advisory_lock(7)');
  await holder.query('begin; select from ledger.head for update');
  const again = app.client.bulk(
    [
      { command: 'heartbeat-execution', data: { executionId: 'e' } },
      { command: 'set-price', data: setPrice(1), idempotencyKey: 'k1' },
    ],
    operator,
  );
  await eventually('the first waits', isAnybodyWaiting);
  const dearer = app.client.command('set-price', setPrice(2), operator);
  await turns();
  await holder.query('rollback');
  expect((await again).body).toMatchObject([{ status: 200 }, { status: 200, duplicate: true }]);
  await eventually('the second waits', isAnybodyWaiting);
  const meanwhile = call();
  await turns();
  await holder.query('select pg_advisory_unlock(7)');

  const { status, body } = await dearer;
  expect(status).toBe(200);
  const [position, usd] = await meanwhile;
  expect(usd).toBe(position > Number(body.position) ? 2 : 1);
  expect((await call())[1]).toBe(2);
});
