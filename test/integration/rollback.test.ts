/* A deployment taken back in nine steps, over HTTP. */
import { readFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { rollbackVerb } from '../../scripts/rollback';
import { contentFlow } from '../../src/commands/execution/flow';
import { rollbackSteps } from '../../src/events/rollback.events';
import type { RollbackPlan, RollbackProgress } from '../../src/modules/rollback/rollback.schemas';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { positionOf, proveLedger } from '../harness/ledger-proof';
import { expectExact } from '../harness/read-models';
import { generationsOf, operatorOf } from '../harness/rebuilds';
import type { Operator } from '../harness/rebuilds';
import { recordUnreadable } from '../harness/unreadable-event';
import { leadingTo, runVerb } from './run-verb';

jest.setTimeout(240_000);

let database: TestDatabase;
let app: TestApp;
let operator: Deployer;

const start = async (): Promise<void> => {
  app = await startApp({ database });
  operator = deployerOf(app.client, app.keys.operator);
};

beforeEach(async () => {
  database = await freshDatabase();
  await start();
});
afterEach(async () => {
  await app.stop();
  await proveLedger(database);
  await database.drop();
});

const back = (deploymentId: string, more: object = {}) =>
  operator.issue('start-rollback', { deploymentId, reason: 'the gates fell', ...more });

/** Meanwhile somebody reads what is to be restored, so that no rollback comes to its end. */
const whileRead = async <T>(work: () => Promise<T>): Promise<T> => {
  const reader = new Client({ connectionString: database.ownerUrl });
  await reader.connect();
  try {
    await reader.query('begin');
    await reader.query('select from read.roi_totals limit 1');
    return await work();
  } finally {
    await reader.end();
  }
};

const progressOf = async (rollbackId: string): Promise<RollbackProgress> =>
  (await app.client.get<RollbackProgress>(`/v1/rollbacks/${rollbackId}`)).body;

const idOf = (answer: { readonly body: object }): string =>
  String((answer.body as { effects?: { rollbackId?: string } }).effects?.rollbackId);

const reaches = (rollbackId: string, state: RollbackProgress['state']): Promise<RollbackProgress> =>
  eventually(`rollback ${rollbackId} ${state}`, async () => {
    const found = await progressOf(rollbackId);
    if (found.state === state) return found;
    throw new Error(JSON.stringify(found));
  });

const statusOf = async (deploymentId: string): Promise<string> => {
  const position = String(await positionOf(database));
  return (await operator.row(deploymentId, position)).status;
};

const stampOf = async (executionId: string): Promise<string> => {
  const { status } = await app.client.command('start-execution', { executionId });
  expect(status).toBe(200);
  const path = `/v1/streams/execution-${executionId}`;
  const { body } = await app.client.get<{ events: { deploymentId: string }[] }>(path);
  return String(body.events[0]?.deploymentId);
};

describe('a rollback', () => {
  it('takes a deployment back to the one before, step by step, each with evidence', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    expect(await stampOf('under-d2')).toBe('d2');
    const rollbackId = idOf(await back('d2'));
    const done = await reaches(rollbackId, 'completed');
    expect(done.steps.map(({ step }) => step)).toEqual(rollbackSteps);
    for (const step of done.steps) {
      expect(step).toMatchObject({ state: 'taken', evidence: expect.stringMatching(/\w/) });
      expect(step.seconds).toEqual(expect.any(Number));
    }
    expect(done).toMatchObject({ to: 'd1', done: 9, total: 9, step: 'ended', failure: null });
    expect(done.ratePerSecond * done.seconds).toBeCloseTo(9, 1); // both are rounded
    expect([await statusOf('d1'), await statusOf('d2')]).toEqual(['live', 'rolled_back']);
    expect(await stampOf('after')).toBe('d1');
    await expectExact(database);
    const { body } = await app.client.get(`/v1/projections/rollbacks/${rollbackId}`);
    expect(body).toMatchObject({
      row: { deploymentId: 'd2', target: 'd1', status: 'completed', step: 'prove' },
    });
    const { body: proof } = await app.client.get<{ holds: boolean }>('/v1/verify');
    expect(proof.holds).toBe(true);
  });

  it('goes back to what was before any deployment was planned', async () => {
    await operator.goLive('d1');
    await reaches(idOf(await back('d1')), 'completed');
    expect(await statusOf('d1')).toBe('rolled_back');
    expect(await stampOf('after')).toBe('initial');
    await operator.goLive('d2'); // and the next can follow
    expect(await stampOf('later')).toBe('d2');
  });

  it('goes back to any that was live', async () => {
    for (const id of ['d1', 'd2', 'd3']) await operator.goLive(id);
    await reaches(idOf(await back('d3', { to: 'd1' })), 'completed');
    expect([await statusOf('d1'), await statusOf('d2')]).toEqual(['live', 'superseded']);
    expect(await back('d1', { to: 'd9' })).toMatchObject({
      status: 409,
      body: { code: 'rollback-target-unknown' },
    });
    await reaches(idOf(await back('d1')), 'completed'); // and not to what was rolled back
    expect([await statusOf('d1'), await statusOf('d3')]).toEqual(['rolled_back', 'rolled_back']);
    expect(await stampOf('after')).toBe('initial');
  });

  it('is refused for what is not live, unknown, or rolled back, with the id of the first', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    expect(await back('d9')).toMatchObject({ status: 404, body: { code: 'stream-unknown' } });
    expect(await back('d1')).toMatchObject({
      status: 409,
      body: { code: 'deployment-not-live', detail: expect.stringMatching(/superseded/) },
    });
    const rollbackId = idOf(await back('d2'));
    await reaches(rollbackId, 'completed');
    expect(await back('d2')).toMatchObject({
      status: 409,
      body: {
        code: 'deployment-rolled-back',
        detail: expect.stringMatching(new RegExp(rollbackId)),
      },
    });
  });

  it('is refused while another goes on, with its id: also of what that one has made live', async () => {
    for (const deploymentId of ['d1', 'd2', 'd3']) await operator.goLive(deploymentId);
    await operatorOf(app.client, app.keys.operator).rebuild({ projections: ['roi-totals'] });
    const first = await whileRead(async () => {
      const rollbackId = idOf(await back('d3'));
      await eventually('the switch', async () => (await progressOf(rollbackId)).done >= 5);
      expect(await back('d2')).toMatchObject({
        status: 409,
        body: { code: 'rollback-under-way', detail: expect.stringMatching(new RegExp(rollbackId)) },
      });
      const planned = await back('d2', { dryRun: true });
      expect(planned.body).toMatchObject({
        plan: { blockers: [`rollback ${rollbackId} is under way`] },
      });
      return rollbackId;
    });
    await reaches(first, 'completed');
    await reaches(idOf(await back('d2')), 'completed');
    expect(await statusOf('d1')).toBe('live');
  });

  it('is one, where those of two flows are asked for more often at once than there are connections', async () => {
    await app.stop();
    app = await startApp({ database, flows: [contentFlow, { ...contentFlow, name: 'news' }] });
    operator = deployerOf(app.client, app.keys.operator);
    for (const flow of ['content', 'news']) await operator.goLive(`of-${flow}`, { flow });
    await operatorOf(app.client, app.keys.operator).rebuild({ projections: ['roi-totals'] });
    const first = await whileRead(async () => {
      const asked = Array.from({ length: 16 }, (_, index) =>
        back(index % 2 ? 'of-news' : 'of-content'),
      );
      const answers = await Promise.all(asked);
      const refused = answers.filter(({ status }) => status === 409);
      expect(refused).toHaveLength(15);
      const rollbackId = idOf(answers.find(({ status }) => status === 200) ?? { body: {} });
      for (const { body } of refused) expect(body.detail).toContain(rollbackId);
      return rollbackId;
    });
    await reaches(first, 'completed');
  });

  it('says what it would do, and what is in the way, before it does anything', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    await stampOf('under-d2');
    const { body } = await back('d2', { dryRun: true });
    const { plan } = body as unknown as { plan: RollbackPlan };
    expect(plan).toMatchObject({ to: 'd1', blockers: [] });
    expect(plan.events['ExecutionStarted']).toBe(1);
    expect(plan.steps).toHaveLength(9);
    expect(new Set(plan.readModels.map(({ how }) => how))).toEqual(new Set(['unchanged']));
    expect(await statusOf('d2')).toBe('live');
    const never = await back('d1', { dryRun: true });
    expect(never.body).toMatchObject({ plan: { blockers: [expect.stringMatching(/d2 is live/)] } });
    expect((await back('d9', { dryRun: true })).status).toBe(404);
    const nowhere = await back('d2', { dryRun: true, to: 'd7' });
    expect(nowhere.body).toMatchObject({
      plan: { flow: 'content', blockers: ['d7 never was live before it'] },
    });
  });
});

describe('read models', () => {
  it('go back to the generations that were live before the deployment', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    const rebuilds = operatorOf(app.client, app.keys.operator);
    await rebuilds.rebuild({ projections: ['roi-totals'] });
    const [before, after] = await generationsOf(database, 'roi-totals');
    expect([before?.state, after?.state]).toEqual(['warm', 'live']);
    const done = await reaches(idOf(await back('d2')), 'completed');
    expect(done.steps[5]?.evidence).toMatch(/roi-totals \(repoint: roi_totals_v\d+_1\)/);
    const states = (await generationsOf(database, 'roi-totals')).map(({ state }) => state);
    expect(states).toEqual(['live', 'warm']);
    await expectExact(database);
  });

  /** Rebuilds under the second deployment, and has the generation of before dropped. */
  const loseGeneration = async (): Promise<Operator> => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    const rebuilds = operatorOf(app.client, app.keys.operator);
    await rebuilds.rebuild({ projections: ['roi-totals'] });
    const [before] = await generationsOf(database, 'roi-totals');
    await database.sql(
      `update ops.generations set live_until = now() - interval '1 year' where id = $1`,
      [before?.id],
    );
    await eventually(
      'its time is over',
      async () => (await generationsOf(database, 'roi-totals')).length === 1,
    );
    return rebuilds;
  };

  it('are built anew where the generation is gone', async () => {
    await loseGeneration();
    const done = await reaches(idOf(await back('d2')), 'completed');
    expect(done.steps[1]?.evidence).toMatch(/1 to be built anew/);
    expect(done.steps[5]?.evidence).toMatch(/roi-totals \(rebuild: /);
    await expectExact(database);
  });

  it('are built anew once more where a rebuild for it ended in vain', async () => {
    const rebuilds = await loseGeneration();
    const inVain = { rebuildId: 'rollback.1.r1', projections: ['roi-totals'], cutover: 'manual' };
    await rebuilds.start(inVain);
    await rebuilds.issue('cancel-rebuild', { rebuildId: inVain.rebuildId, reason: 'not now' });
    await reaches(idOf(await back('d2', { rollbackId: 'r1' })), 'completed');
    expect((await rebuilds.progress('rollback.2.r1')).state).toBe('completed');
    await expectExact(database);
  });
});

describe('a step that fails', () => {
  it('stops it, says what holds and what does not, and it goes on when told to', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    await recordUnreadable(app);
    const rollbackId = idOf(await back('d2'));
    const failed = await reaches(rollbackId, 'failed');
    expect(failed.failure).toMatchObject({
      step: 'check-target',
      cause: expect.stringMatching(/parkUnreadable/),
      doesNotHold: [expect.stringMatching(/1 event ThingImagined v1 cannot be read/)],
    });
    expect(failed.failure?.holds.length).toBeGreaterThan(5);
    expect(await back('d2')).toMatchObject({
      status: 409,
      body: { code: 'rollback-under-way', detail: expect.stringMatching(new RegExp(rollbackId)) },
    });
    await operator.take(['retry-rollback', { rollbackId }]);
    await reaches(rollbackId, 'failed');
    await operator.take(['retry-rollback', { rollbackId, parkUnreadable: true }]);
    const done = await reaches(rollbackId, 'completed');
    expect(done.steps.map(({ state }) => state)).toEqual(rollbackSteps.map(() => 'taken'));
    expect([await statusOf('d1'), await statusOf('d2')]).toEqual(['live', 'rolled_back']);
  });

  it('before the switch can be given up: the deployment stays live and takes work again', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    await recordUnreadable(app);
    const rollbackId = idOf(await back('d2'));
    await reaches(rollbackId, 'failed');
    expect(
      (await operator.issue('abort-rollback', { rollbackId, reason: 'a mistake' })).status,
    ).toBe(200);
    expect(await statusOf('d2')).toBe('live');
    expect(await stampOf('after')).toBe('d2');
    expect(await operator.issue('retry-rollback', { rollbackId })).toMatchObject({
      status: 409,
      body: { code: 'rollback-ended' },
    });
  });
});

describe('npm run rollback', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flowledger-rollback-'));
    await operator.goLive('d1');
    await operator.goLive('d2');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('plans, takes it back, shows nine steps, and writes the report', async () => {
    const env = leadingTo(app, 'operator');
    const plan = await runVerb(rollbackVerb, ['d2', '--dry-run'], env);
    expect(plan).toMatchObject({ status: 0, out: expect.stringMatching(/nothing is in the way/) });
    const data = await runVerb(rollbackVerb, ['d2', '--mode', 'data', '--dry-run'], env);
    expect(data.out).toMatch(/^ {2}execution-status: 0 rows gone, 0 changed$/m);
    expect(data.out).toMatch(/^ {2}subjects: its sums stay as they are$/m);
    const report = join(folder, 'report.md');
    const args = ['d2', '--reason', 'gates', '--yes', '--report', report];
    const ran = await runVerb(rollbackVerb, args, env);
    expect(ran).toMatchObject({ status: 0, out: expect.stringMatching(/d2 is rolled back to d1/) });
    expect(ran.err.match(/^\d\/9 .* ok /gm)).toHaveLength(9);
    const text = await readFile(report, 'utf8');
    expect(text).toMatch(/^# Rollback of d2 to d1/);
    expect(text.match(/\| taken \|/g)).toHaveLength(9);
    const again = await runVerb(rollbackVerb, args, env);
    expect(again).toMatchObject({
      status: 2,
      err: expect.stringMatching(/deployment-rolled-back/),
    });
  });

  it.each([[], ['--rehearse']])('begins nothing behind a Ctrl-C: %j', async (...flags) => {
    const left = { interrupted: AbortSignal.abort() };
    const args = ['d2', '--mode', 'data', '--yes', ...flags];
    const ran = await runVerb(rollbackVerb, args, leadingTo(app, 'operator'), left);
    expect(ran).toEqual({ status: 1, out: '', err: 'stopped before it began\n' });
    expect(await statusOf('d2')).toBe('live');
    const { body } = await app.client.get<{ rows: object[] }>('/v1/projections/rollbacks');
    expect(body.rows).toEqual([]);
  });

  it('needs no reason of somebody in haste, and says so in the ledger', async () => {
    const ran = await runVerb(rollbackVerb, ['d2', '--yes', '--json'], leadingTo(app, 'operator'));
    expect(ran.status).toBe(0);
    const { rollbackId } = JSON.parse(ran.out) as { rollbackId: string };
    const { body } = await app.client.get<{ events: { data: object }[] }>(
      `/v1/streams/rollback-${rollbackId}`,
    );
    expect(body.events[0]?.data).toMatchObject({
      reason: 'asked for on the command line, without a reason',
    });
  });

  it.each([
    [['d2', '--reason', 'x'], /--yes is needed/],
    [['abort', 'some-rollback'], /--reason is missing/],
    [['d2', '--mode', 'both', '--yes', '--reason', 'x'], /code or data, not both/],
    [['retry'], /of the id of a rollback/],
  ])('refuses %j', async (args, says) => {
    const { status, err } = await runVerb(rollbackVerb, args, leadingTo(app, 'operator'));
    expect(status).toBe(2);
    expect(err).toMatch(says);
  });
});
