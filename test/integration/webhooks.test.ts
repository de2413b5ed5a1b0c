/* Facts of alerts sent to a real receiver that fails, is slow, goes away and comes back. */
import { randomBytes } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import type { Settings } from '../../src/modules/config/settings';
import { SETTINGS } from '../../src/modules/config/settings.token';
import { newLineage } from '../../src/modules/ledger/append';
import { Ledger } from '../../src/modules/ledger/ledger.service';
import type { Delivery } from '../../src/modules/webhooks/webhook.schemas';
import { alertLike, failing, passing, score, soon } from '../harness/alerts';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { operatorOf } from '../harness/rebuilds';
import { accept, answer, startReceiver } from '../harness/webhook-receiver';
import type { Received, WebhookReceiver } from '../harness/webhook-receiver';

const gateRule = 'gate-pass-rate-critical';

let database: TestDatabase;
let receiver: WebhookReceiver;
let app: TestApp;
let operator: Deployer;

const start = async (more: Readonly<Record<string, string>> = {}): Promise<void> => {
  app = await startApp({
    database,
    env: {
      FLOWLEDGER_ALERT_SECONDS: '0.05',
      FLOWLEDGER_WEBHOOK_BACKOFF_MS: '20',
      FLOWLEDGER_ALERT_WEBHOOKS: receiver.setting,
      ...more,
    },
  });
  operator = deployerOf(app.client, app.keys.operator);
  const { endpoints } = app.get<Settings>(SETTINGS).webhooks;
  await eventually('the endpoints are known', async () => {
    const rows = await database.sql('select endpoint from ops.webhook_endpoints');
    return rows.length >= endpoints.length;
  });
};

beforeEach(async () => {
  database = await freshDatabase();
  receiver = await startReceiver();
});
afterEach(async () => {
  await app.stop();
  await receiver.stop();
  await database.drop();
});

/** Makes an alert fire; gives the id of that fact. */
const fire = async (): Promise<string> => {
  await operator.take(['set-alert-rule', { rule: gateRule, ...soon }]);
  await score(app.client, 'a', failing(4));
  await alertLike(app.client, { alert: `${gateRule}.1` });
  const { body } = await app.client.get<{ events: { eventId: string }[] }>(
    `/v1/streams/alert-${gateRule}.1`,
  );
  return String(body.events[0]?.eventId);
};

const deliveries = async (query = ''): Promise<Delivery[]> =>
  (await app.client.get<{ deliveries: Delivery[] }>(`/v1/webhook-deliveries${query}`)).body
    .deliveries;

const deliveredTo = (eventId: string, state: Delivery['state']): Promise<Delivery> =>
  eventually(`${eventId} is ${state}`, async () => {
    const all = await deliveries();
    const found = all.find((delivery) => delivery.eventId === eventId);
    if (found?.state !== state) throw new Error(JSON.stringify(all));
    return found;
  });

const typesOf = (received: readonly Received[]): string[] => received.map(({ body }) => body.type);

it('tells of each fact once, signed, in order, with its evidence', async () => {
  await start();
  const eventId = await fire();
  await operator.take(['acknowledge-alert', { alert: `${gateRule}.1`, comment: 'I see' }]);
  await score(app.client, 'b', passing(12));
  await eventually('three arrived', () => receiver.received.length >= 3);
  await alertLike(app.client, { status: 'resolved' });
  const [fired, ...others] = receiver.received;
  expect(typesOf(receiver.received)).toEqual([
    'alert.fired',
    'alert.acknowledged',
    'alert.resolved',
  ]);
  expect(receiver.received.every(({ isValid }) => isValid)).toBe(true);
  expect(fired).toMatchObject({
    id: eventId,
    body: {
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      data: {
        alert: `${gateRule}.1`,
        actor: 'alerts',
        deploymentId: 'initial',
        rule: { rule: gateRule, threshold: 70 },
        observed: { value: 0 },
      },
    },
  });
  expect(others[0]?.body.data).toMatchObject({ comment: 'I see', actor: 'operator' });
  expect(await deliveredTo(eventId, 'delivered')).toMatchObject({
    attempts: 1,
    status: 204,
    fault: null,
    type: 'AlertFired',
    suppressions: [],
    endpoint: expect.stringMatching(/^127\.0\.0\.1:\d+-[0-9a-f]{8}$/),
  });
  // The last one has arrived, but may not be noted yet.
  await eventually('all three are told', async () => {
    const { body } = await app.client.get<string>('/metrics');
    expect(body).toMatch(/^flowledger_webhook_attempts_total\{.*outcome="delivered"\} 3$/m);
    expect(body).toMatch(/^flowledger_webhook_deliveries\{.*state="delivered"\} 3$/m);
    expect(body).toMatch(/^flowledger_webhook_deliveries\{.*state="waiting"\} 0$/m);
    expect(body).toMatch(/^flowledger_webhook_deliveries\{.*state="suppressed"\} 0$/m);
    return true;
  });
  expect(app.logs.join('')).not.toContain(receiver.setting.split('#')[1]);
});

it('tries again, with the same id and text, until it is taken; then never', async () => {
  await start();
  receiver.react((response, nth) => {
    (nth === 1 ? answer(503, { 'retry-after': '0' }) : nth === 2 ? answer(302) : accept)(
      response,
      nth,
    );
  });
  const eventId = await fire();
  const done = await deliveredTo(eventId, 'delivered');
  expect(done.attempts).toBe(3);
  expect(receiver.received).toHaveLength(3);
  expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([eventId]));
  expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
  expect(receiver.received.every(({ isValid }) => isValid)).toBe(true);
});

it('waits as long as it is asked to', async () => {
  await start();
  receiver.react(answer(429, { 'retry-after': '3000' }));
  const eventId = await fire();
  const waiting = await eventually('it failed', async () => {
    const [found] = await deliveries('?state=waiting');
    return found?.attempts === 1 ? found : null;
  });
  expect(waiting).toMatchObject({ eventId, status: 429, fault: 'answered 429' });
  const asked = Date.parse(String(waiting.dueAt)) - Date.parse(waiting.createdAt);
  expect(asked).toBeGreaterThanOrEqual(3_000_000);
});

it('does not wait for a receiver that says nothing, nor let commands wait', async () => {
  receiver.react(() => undefined);
  await start({ FLOWLEDGER_WEBHOOK_TIMEOUT_MS: '500' }); // enough for a receiver that does answer
  const eventId = await fire();
  await eventually('it is given up and tried again', () => receiver.received.length >= 2);
  const { status } = await app.client.command('start-execution', { executionId: 'meanwhile' });
  expect(status).toBe(200);
  expect((await deliveries('?state=waiting'))[0]).toMatchObject({
    eventId,
    status: null,
    fault: 'no answer in time',
  });
  receiver.react(accept);
  await deliveredTo(eventId, 'delivered');
});

it('gives up visibly after its attempts, and goes on with what comes behind', async () => {
  await start({ FLOWLEDGER_WEBHOOK_ATTEMPTS: '3' });
  receiver.react(answer(500));
  const eventId = await fire();
  const dead = await deliveredTo(eventId, 'dead');
  expect(dead).toMatchObject({ attempts: 3, status: 500, fault: 'answered 500', dueAt: null });
  expect(await deliveries('?state=dead')).toEqual([dead]);
  expect(receiver.received).toHaveLength(3);
  receiver.react(accept);
  const acknowledged = { alert: `${gateRule}.1`, comment: 'I see' };
  const { body } = await operator.take(['acknowledge-alert', acknowledged]);
  await deliveredTo(String(body.events[0]?.eventId), 'delivered');
  expect(receiver.received).toHaveLength(4);
  const { body: metrics } = await app.client.get<string>('/metrics');
  expect(metrics).toMatch(/^flowledger_webhook_deliveries\{.*state="dead"\} 1$/m);
});

it('gives up at once where the receiver is gone for good', async () => {
  await start();
  receiver.react(answer(410));
  expect(await deliveredTo(await fire(), 'dead')).toMatchObject({ attempts: 1, status: 410 });
});

it('sends again what was given up once an operator asks for it, and never what was taken', async () => {
  await start({ FLOWLEDGER_WEBHOOK_ATTEMPTS: '3' });
  receiver.react(answer(500));
  const eventId = await fire();
  const { endpoint } = await deliveredTo(eventId, 'dead');
  const wanted = { endpoint, eventId };
  const asService = await app.client.command('resend-webhook', wanted);
  expect(asService.status).toBe(403);

  // As often as the first time, and then it is given up again.
  const { body } = await operator.take(['resend-webhook', { ...wanted, reason: 'try it' }]);
  expect(body).toMatchObject({
    stream: `webhook-${endpoint}`,
    events: [{ data: { ...wanted, alert: `${gateRule}.1`, attempts: 3, reason: 'try it' } }],
  });
  await eventually('it is given up again', async () => {
    const [found] = await deliveries('?state=dead');
    return found?.attempts === 6;
  });

  receiver.react(accept);
  await operator.take(['resend-webhook', wanted]);
  expect(await deliveredTo(eventId, 'delivered')).toMatchObject({ attempts: 7, status: 204 });
  expect(new Set(receiver.received.map(({ id }) => id))).toEqual(new Set([eventId]));
  expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);

  const operators = { key: app.keys.operator };
  const taken = await app.client.command('resend-webhook', wanted, operators);
  expect(taken).toMatchObject({ status: 409, body: { code: 'webhook-not-dead' } });
  const unknown = { endpoint: 'another', eventId };
  const nowhere = await app.client.command('resend-webhook', unknown, operators);
  expect(nowhere).toMatchObject({ status: 404, body: { code: 'webhook-unknown' } });

  // What was asked for then is not done once more when the ledger is met once more.
  await database.sql('update ops.webhook_endpoints set position = 0');
  await app.client.command('start-execution', { executionId: 'something-new' });
  await eventually('the ledger was met once more', async () => {
    const [found] = await deliveries('?suppressed=true');
    return found !== undefined;
  });
  expect(receiver.received).toHaveLength(7);
});

it('finds a receiver again that was away, and does not hold up another one for it', async () => {
  const { port, setting } = receiver;
  const secret = String(setting.split('#whsec_')[1]);
  const other = await startReceiver();
  await receiver.stop();
  try {
    await start({ FLOWLEDGER_ALERT_WEBHOOKS: `${setting},${other.setting}` });
    const eventId = await fire();
    await eventually('the other one has it', () => other.received.length === 1);
    // An attempt at the one that is away was made, and what the other one has is noted.
    await eventually('this one alone waits, and why is told', async () => {
      expect(await deliveries('?state=waiting')).toMatchObject([
        { eventId, status: null, fault: expect.stringMatching(/ECONNREFUSED/) },
      ]);
      return true;
    });
    receiver = await startReceiver(port, secret);
    await eventually('it arrived', () => receiver.received.length === 1);
    expect(receiver.received[0]).toMatchObject({ id: eventId, isValid: true });
    expect(other.received).toHaveLength(1);
  } finally {
    await other.stop();
  }
});

it('goes on after a restart, and sends nothing that was taken before', async () => {
  await start();
  const eventId = await fire();
  await deliveredTo(eventId, 'delivered');
  receiver.react(answer(503));
  await operator.take(['acknowledge-alert', { alert: `${gateRule}.1`, comment: 'I see' }]);
  await eventually('it failed', () => receiver.received.length >= 2);
  await app.stop();
  receiver.react(accept);
  await start();
  await eventually('nothing waits', async () => {
    const all = await deliveries();
    return all.length === 2 && all.every(({ state }) => state === 'delivered');
  });
  expect(receiver.received.filter(({ id }) => id === eventId)).toHaveLength(1);
});

/** Of more than a thousand rows in one statement. */
const refuseLargeDeletionsSql = `
create function ops.refuse() returns trigger language plpgsql as $$
begin
  if (select count(*) from gone) > 1000 then raise exception 'too many at once'; end if;
  return null;
end $$;
create trigger small_deletions after delete on ops.webhook_suppressions
  referencing old table as gone for each statement execute function ops.refuse()`;

it('sends nothing once more for a rebuild or a place set back, and lists what was suppressed', async () => {
  await start();
  const eventId = await fire();
  const { endpoint } = await deliveredTo(eventId, 'delivered');
  const rebuilds = operatorOf(app.client, app.keys.operator);
  await rebuilds.rebuild({ projections: ['roi-totals'] }); // has nothing to do with alerts
  const { rebuildId } = await rebuilds.rebuild({ projections: ['alerts'] });
  await database.sql('update ops.webhook_endpoints set position = 0');
  await app.client.command('start-execution', { executionId: 'something-new' });
  const [suppressed] = await eventually('both are listed', async () => {
    const found = await deliveries('?suppressed=true');
    return found[0]?.suppressions.length === 2 ? found : null;
  });
  expect(suppressed).toMatchObject({ endpoint, eventId, state: 'delivered', attempts: 1 });
  expect(suppressed?.suppressions.map(({ cause }) => cause).sort()).toEqual([
    'place set back',
    `rebuild ${rebuildId}`,
  ]);
  expect(receiver.received).toHaveLength(1);
  const { body: metrics } = await app.client.get<string>('/metrics');
  expect(metrics).toMatch(/^flowledger_webhook_deliveries\{.*state="suppressed"\} 2$/m);

  await database.sql(`update ops.webhook_suppressions set at = at - interval '31 days'`);
  await database.sql(
    `insert into ops.webhook_suppressions (endpoint, event_id, cause, at)
     select $1, $2, 'replay ' || n, clock_timestamp() - interval '31 days' from generate_series(1, 2500) n`,
    [endpoint, eventId],
  );
  await database.sql(refuseLargeDeletionsSql);
  const again = await rebuilds.rebuild({ projections: ['alerts'] });
  await eventually('those of long ago are forgotten', async () => {
    const [{ suppressions } = { suppressions: [] }] = await deliveries('?suppressed=true');
    expect(suppressions.map(({ cause }) => cause)).toEqual([`rebuild ${again.rebuildId}`]);
    return true;
  });
});

it('lists which facts a replay met once more: those of its scope', async () => {
  await start();
  const eventId = await fire();
  await operator.take(['acknowledge-alert', { alert: `${gateRule}.1`, comment: 'I see' }]);
  await eventually('both arrived', () => receiver.received.length === 2);
  const scope = {
    fromPosition: null,
    toPosition: null,
    since: null,
    until: null,
    streams: null,
    types: ['AlertFired'],
    deployments: null,
  };
  // There is no broker here: what a replay records, without its sending.
  const replayed = await app.get(Ledger).append({
    stream: 'replay-copy',
    expected: 0,
    lineage: newLineage(),
    step: 1,
    grounds: [],
    events: [
      ['ReplayStarted', { topic: 'copy', scope, maxEventsPerSecond: null }] as const,
      ['ReplayCompleted', { sent: 1, lastPosition: '9' }] as const,
    ].map(([type, data]) => ({
      eventId: uuid(),
      type,
      schemaVersion: 1,
      data: JSON.stringify(data),
    })),
    carried: [],
    activates: null,
    actor: 'tests',
    deploymentId: null,
    correlationId: 'c',
    causationId: null,
    idempotency: null,
    occurredAt: '2026-01-08T22:00:00.000000Z',
  });
  expect(replayed.kind).toBe('appended');
  const listed = await eventually('it is listed', async () => {
    const found = await deliveries('?suppressed=true');
    return found.length > 0 ? found : null;
  });
  expect(listed).toMatchObject([{ eventId, suppressions: [{ cause: 'replay copy' }] }]);
  expect(receiver.received).toHaveLength(2);
});

it('tells a new endpoint of what is new, and not of what was', async () => {
  await start();
  await deliveredTo(await fire(), 'delivered');
  await app.stop();
  const later = await startReceiver(0, randomBytes(24).toString('base64'));
  try {
    await start({ FLOWLEDGER_ALERT_WEBHOOKS: `${receiver.setting},${later.setting}` });
    await operator.take(['acknowledge-alert', { alert: `${gateRule}.1`, comment: 'I see' }]);
    await eventually('it arrived', () => later.received.length === 1);
    expect(typesOf(later.received)).toEqual(['alert.acknowledged']);
  } finally {
    await later.stop();
  }
});

it('pages through what became of them, and refuses what it does not know', async () => {
  await start();
  await fire();
  await operator.take(['acknowledge-alert', { alert: `${gateRule}.1`, comment: 'I see' }]);
  await eventually('both are there', async () => (await deliveries()).length === 2);
  const first = await app.client.get<{ deliveries: Delivery[]; next: string }>(
    '/v1/webhook-deliveries?limit=1',
  );
  expect(first.body.deliveries.map(({ type }) => type)).toEqual(['AlertAcknowledged']);
  const second = await app.client.get<{ deliveries: Delivery[]; next: null }>(
    `/v1/webhook-deliveries?limit=1&cursor=${first.body.next}`,
  );
  expect(second.body).toMatchObject({ deliveries: [{ type: 'AlertFired' }], next: null });
  const given = Buffer.from(first.body.next, 'base64url').toString();
  const [fingerprint] = JSON.parse(given) as string[];
  for (const place of [['5'], ['5', null], ['5', '\0'], ['5', 'a', 'b'], [null, 'a']]) {
    const made = Buffer.from(JSON.stringify([fingerprint, ...place])).toString('base64url');
    const { status } = await app.client.get(`/v1/webhook-deliveries?cursor=${made}`);
    expect([place, status]).toEqual([place, 400]);
  }
  expect(await deliveries('?alert=another.1')).toEqual([]);
  expect(await app.client.get('/v1/webhook-deliveries?state=lost')).toMatchObject({ status: 400 });
});
