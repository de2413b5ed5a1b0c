import { CommandBus } from '@nestjs/cqrs';
import { commandClasses } from '../../src/modules/command-bus/command-handlers';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { positionOf } from '../harness/ledger-proof';
import { onceBuilt } from '../harness/past-moments';
import { expectExact } from '../harness/read-models';
import { operatorOf } from '../harness/rebuilds';

const colleague = 'second-operator-key-of-tests-04';
const third = 'third-operator-key-of-the-test-05';
const moreKeys = [
  { role: 'operator', name: 'colleague', secret: colleague },
  { role: 'operator', name: 'third', secret: third },
] as const;
let app: TestApp;
let ann: Deployer;
let bob: Deployer;
let service: Deployer;

beforeEach(async () => {
  app = await startApp({ moreKeys });
  ann = deployerOf(app.client, app.keys.operator);
  bob = deployerOf(app.client, colleague);
  service = deployerOf(app.client, app.keys.service);
});
afterEach(() => app.stop());

const plan = {
  version: '2.4.0',
  checklist: [
    { item: 'reviewed' },
    { item: 'healthy', phase: 'staging', gate: 'health' },
    { item: 'read', phase: 'validation' },
  ],
  requiredSignOffs: ['quality'],
  requiredGates: ['error-rate'],
};
const successful = { gate: 'error-rate', outcome: 'successful', measured: 1.5 };

const stampOf = async (executionId: string): Promise<string> => {
  await service.take(['start-execution', { executionId }]);
  const path = `/v1/streams/execution-${executionId}`;
  const { body } = await app.client.get<{ events: { deploymentId: string }[] }>(path);
  return String(body.events[0]?.deploymentId);
};

const liveOnes = async (): Promise<string[]> => {
  await expectExact(app.database);
  const rows = await app.database.sql<{ id: string }>(
    `select deployment_id as id from read.deployments where status = 'live' order by 1`,
  );
  return rows.map(({ id }) => id);
};

it('takes a deployment from its plan to being live, and stamps what follows with it', async () => {
  const id = { deploymentId: 'd1' };
  const planned = await ann.take(['plan-deployment', { ...id, ...plan }]);
  expect(await ann.row('d1', planned.body.position)).toMatchObject({
    status: 'draft',
    missing: [{ name: 'reviewed' }, { name: 'error-rate' }, { name: 'quality' }],
  });
  await ann.take(['tick-checklist-item', { ...id, item: 'reviewed', evidence: 'pull 12' }]);
  const { body } = await service.take(['record-check', { ...id, ...successful }]);
  const { contentHash, status } = await ann.row('d1', body.position);
  expect(status).toBe('awaiting_sign_off');
  expect(contentHash).toMatch(/^[0-9a-f]{64}$/);
  await ann.take(
    ['sign-off', { ...id, role: 'quality', verdict: 'approved', contentHash }],
    ['decide-deployment', { ...id, verdict: 'go', reason: 'all of it holds' }],
    ['stage-deployment', id],
    ['record-check', { ...id, gate: 'health', outcome: 'successful' }],
    ['promote-deployment', { ...id, traffic: 50 }],
  );
  expect(await ann.issue('promote-deployment', { ...id, traffic: 100 })).toMatchObject({
    status: 409,
    body: { code: 'deployment-not-ready', detail: expect.stringMatching(/since the last step/) },
  });
  await ann.take(
    ['record-check', { ...id, ...successful }],
    ['promote-deployment', { ...id, traffic: 100 }],
    ['record-check', { ...id, ...successful }],
    ['tick-checklist-item', { ...id, item: 'read' }],
  );
  expect(await stampOf('before')).toBe('initial');
  const completed = await ann.take(['complete-deployment', id]);
  expect(await ann.row('d1', completed.body.position)).toMatchObject({
    status: 'live',
    traffic: 100,
    missing: [],
    supersedes: null,
    decision: { verdict: 'go', by: 'operator', contentHash },
  });
  expect(await stampOf('after')).toBe('d1');
  await expectExact(app.database);
  const operator = operatorOf(app.client, app.keys.operator);
  const { state } = await operator.rebuild({ projections: ['deployments', 'quality-gates'] });
  expect(state).toBe('completed'); // it would wait if a row differed
});

it('refuses a GO with all that is missing, and a sign-off for what has changed', async () => {
  const id = { deploymentId: 'd1' };
  await ann.take(['plan-deployment', { ...id, ...plan }]);
  expect(
    await ann.issue('decide-deployment', { ...id, verdict: 'go', reason: 'now' }),
  ).toMatchObject({
    status: 409,
    body: {
      code: 'deployment-not-ready',
      detail: expect.stringMatching(/reviewed.*error-rate.*quality/),
    },
  });
  const { body } = await ann.take(['tick-checklist-item', { ...id, item: 'reviewed' }]);
  const { contentHash } = await ann.row('d1', body.position);
  const signature = { ...id, role: 'quality', verdict: 'approved', contentHash };
  await ann.take(['sign-off', signature]);
  const turned = await service.take([
    'record-check',
    { ...id, gate: 'error-rate', outcome: 'inconclusive' },
  ]);
  expect(await ann.row('d1', turned.body.position)).toMatchObject({
    signOffs: [{ verdict: null, invalidatedBy: { name: 'error-rate', to: 'inconclusive' } }],
  });
  expect(await bob.issue('sign-off', signature)).toMatchObject({
    status: 409,
    body: { code: 'content-hash-stale', detail: expect.stringMatching(/check error-rate/) },
  });
});

it('overrides by two operators', async () => {
  const id = { deploymentId: 'd1' };
  await ann.take(['plan-deployment', { ...id, ...plan }]);
  const override = { ...id, verdict: 'go', reason: 'it has to be today', override: true };
  await bob.take(['decide-deployment', override]);
  for (const one of [ann, bob]) {
    expect(await one.issue('decide-deployment', override)).toMatchObject({
      status: 409,
      body: { code: 'override-needs-second-operator' },
    });
  }
  const { status, body } = await service.issue('decide-deployment', override);
  expect([status, body.code]).toEqual([403, 'forbidden']);
  const given = await deployerOf(app.client, third).take(['decide-deployment', override]);
  expect(await ann.row('d1', given.body.position)).toMatchObject({
    status: 'go',
    decision: { by: 'third', override: { requestedBy: 'colleague', missing: { length: 3 } } },
  });
});

it('has one live deployment: the next supersedes it in the same commit', async () => {
  await ann.promoted('d1');
  await ann.take(['complete-deployment', { deploymentId: 'd1' }]);
  await ann.promoted('d2');
  const { body } = await ann.take(['complete-deployment', { deploymentId: 'd2' }]);
  expect(body.events.map(({ type, data }) => [type, data['supersedes']])).toEqual([
    ['DeploymentCompleted', 'd1'],
  ]);
  const first = Number(body.events[0]?.position);
  const { body: page } = await app.client.get<{
    events: { stream: string; type: string; position: string }[];
  }>(`/v1/events?fromPosition=${String(first)}`);
  expect(page.events.map(({ stream, type }) => `${stream} ${type}`)).toEqual([
    'deployment-d2 DeploymentCompleted',
    'flow-content DeploymentActivated',
    'deployment-d1 DeploymentSuperseded',
  ]);
  expect(body.position).toBe(page.events.at(-1)?.position);
  expect(await ann.row('d1', body.position)).toMatchObject({
    status: 'superseded',
    supersededBy: 'd2',
  });
  expect(await liveOnes()).toEqual(['d2']);
  expect(await stampOf('after')).toBe('d2');
  expect((await app.client.get('/v1/verify')).body).toMatchObject({ holds: true });
});

it('records nothing of a completion that the flow refuses', async () => {
  await ann.promoted('d1');
  await ann.take(['complete-deployment', { deploymentId: 'd1' }]);
  await ann.promoted('d2');
  const before = await positionOf(app.database);
  const Complete = commandClasses.get('complete-deployment');
  if (Complete === undefined) throw new Error('there is no such command');
  const issuance = {
    actor: 'operator',
    deploymentId: null,
    correlationId: 'c',
    causationId: null,
    occurredAt: '2026-01-08T22:00:00.000000Z',
    idempotency: null,
    ifMatch: null,
    epoch: null,
  };
  const issued = { id: 'd2', data: { deploymentId: 'd2' }, issuance };
  const onto = (liveDeployment: string | null) =>
    app.get(CommandBus).execute(new Complete({ ...issued, learned: { liveDeployment } }));
  for (const wrong of [null, 'd0', 'd2']) {
    await expect(onto(wrong)).rejects.toMatchObject({ code: 'live-deployment-changed' });
  }
  expect(await positionOf(app.database)).toBe(before);
  expect(await liveOnes()).toEqual(['d1']);
  await onto('d1');
  expect(await liveOnes()).toEqual(['d2']);
});

it('tells the first answer again for the same key', async () => {
  await ann.promoted('d1');
  const complete = () =>
    app.client.command(
      'complete-deployment',
      { deploymentId: 'd1' },
      { key: app.keys.operator, idempotencyKey: 'once' },
    );
  const first = await complete();
  const again = await complete();
  expect(again.body).toEqual({ ...first.body, duplicate: true });
});

it('has one live deployment however many are completed at once, on two servers', async () => {
  const database = await freshDatabase();
  const apps = await Promise.all([startApp({ database }), startApp({ database })]);
  try {
    const sides = apps.map(({ client, keys }) => deployerOf(client, keys.operator));
    const [one] = sides as [Deployer];
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const name of names) await one.promoted(name);
    const answers = await Promise.all(
      names.map((deploymentId, index) =>
        (sides[index % 2] as Deployer).issue('complete-deployment', { deploymentId }),
      ),
    );
    const refused = answers.filter(({ status }) => status !== 200);
    const changed = { status: 409, body: { code: 'live-deployment-changed' } };
    expect(refused).toMatchObject(refused.map(() => changed));
    await expectExact(database);
    const rows = await database.sql<{ status: string; count: number }>(
      'select status, count(*)::integer as count from read.deployments group by 1',
    );
    const counts = Object.fromEntries(rows.map(({ status, count }) => [status, count]));
    expect(counts['live']).toBe(1);
    expect(counts['superseded'] ?? 0).toBe(answers.length - refused.length - 1);
  } finally {
    await Promise.all(apps.map((each) => each.stop()));
    await database.drop();
  }
});

it('measures gates by what was recorded under the deployment, and calls too little inconclusive', async () => {
  const id = { deploymentId: 'd1' };
  const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };
  const requiredGates = ['editor-gate-pass-rate', 'error-rate', 'roi-multiplier'];
  await ann.take([
    'plan-deployment',
    { ...id, version: '2', checklist: [], requiredSignOffs: [], requiredGates },
  ]);
  const under = (name: string, body: object) =>
    app.client.command(name, body, { headers: { 'x-deployment-id': 'd1' } });
  for (let index = 0; index < 10; index += 1) {
    const execution = { executionId: `e${String(index)}` };
    await under('start-execution', execution);
    await under('score-quality', { ...execution, score: index === 0 ? 5 : 9, gates });
    await under(index < 2 ? 'fail-execution' : 'cancel-execution', execution);
  }
  await service.take(['start-execution', { executionId: 'elsewhere' }]);
  await service.take(['fail-execution', { executionId: 'elsewhere' }]);
  const { body } = await service.take(['measure-deployment', id]);
  expect(await ann.row('d1', body.position)).toMatchObject({
    status: 'validating',
    checks: [
      { gate: 'editor-gate-pass-rate', outcome: 'successful', measured: 90, threshold: 87 },
      { gate: 'error-rate', outcome: 'failed', measured: 20, by: 'service' },
      { gate: 'roi-multiplier', outcome: 'inconclusive', measured: null },
    ],
    missing: [{ name: 'error-rate' }, { name: 'roi-multiplier' }],
  });
});

it('reports all of a deployment, for programs and for people', async () => {
  const id = { deploymentId: 'd1' };
  const unknown = await app.client.get('/v1/deployments/d1/report');
  expect(unknown).toMatchObject({ status: 404, body: { code: 'row-unknown' } });
  await ann.take(['plan-deployment', { ...id, ...plan }]);
  const { body } = await ann.take([
    'tick-checklist-item',
    { ...id, item: 'reviewed', evidence: 'pull | 12' },
  ]);
  const path = `/v1/deployments/d1/report?minPosition=${body.position}`;
  const report = await app.client.get(path, { key: app.keys.analyst });
  expect(report.body).toMatchObject({
    deploymentId: 'd1',
    status: 'validating',
    position: body.position,
    checklist: { ticked: 1, total: 3 },
    missing: [{ name: 'error-rate' }, { name: 'quality' }],
  });
  const readable = await app.client.get<string>(path, { accept: 'text/markdown' });
  expect(readable.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  expect(readable.body).toMatch(/^# Deployment d1\n/);
  expect(readable.body).toContain('- [x] reviewed, operator at ');
  const before = Number(body.events[0]?.position) - 1;
  const past = await onceBuilt(() =>
    app.client.get(`/v1/deployments/d1/report?asOf=${String(before)}`),
  );
  expect(past.body).toMatchObject({ status: 'draft', checklist: { ticked: 0 } });
});

it('counts how articles fare at their gates, by deployment', async () => {
  const gates = { opening: true, evidence: true, voice: false, structure: true, chart: true };
  await service.take(['start-execution', { executionId: 'e1', agent: 'writer' }]);
  const { body } = await service.take(['score-quality', { executionId: 'e1', score: 9, gates }]);
  const { body: page } = await app.client.get<{ rows: object[] }>(
    `/v1/projections/quality-gates?groupBy=gate,deployment&minPosition=${body.position}&sort=gate`,
  );
  expect(page.rows).toContainEqual({
    gate: 'editor',
    deployment: 'initial',
    scored: '1',
    passed: '0',
    failed: '1',
    passRate: 0,
  });
  expect(page.rows).toHaveLength(6);
});
