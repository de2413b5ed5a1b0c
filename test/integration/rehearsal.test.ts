/* Rollbacks rehearsed: everything is done that does not touch what is live. */
import { Client } from 'pg';
import { generationLock } from '../../src/modules/projector/generations';
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

let database: TestDatabase;
let app: TestApp;
let operator: Deployer;

beforeEach(async () => {
  database = await freshDatabase();
  app = await startApp({ database, env: { FLOWLEDGER_SWEEP_SECONDS: '1' } });
  operator = deployerOf(app.client, app.keys.operator);
});
afterEach(async () => {
  await app.stop();
  await database.drop();
});

const called = (executionId: string, costUsd: number) =>
  [
    'record-llm-call',
    {
      executionId,
      agent: 'writer',
      model: 'gpt-4o',
      costUsd,
      durationSeconds: 1,
      inputTokens: 1_000,
      outputTokens: 10,
    },
  ] as const;

/** One begun under d1 and gone on with under d2, one begun and ended under d2. */
const twoDeployments = async (): Promise<void> => {
  await operator.goLive('d1');
  await operator.take(['start-execution', { executionId: 'old' }], called('old', 1));
  await operator.goLive('d2');
  await operator.take(
    called('old', 2),
    ['start-execution', { executionId: 'new' }],
    called('new', 4),
    ['complete-execution', { executionId: 'new' }],
  );
};

const ends = (rollbackId: string): Promise<RollbackProgress> =>
  eventually(`${rollbackId} ends`, async () => {
    const { body } = await app.client.get<RollbackProgress>(`/v1/rollbacks/${rollbackId}`);
    return body.state !== 'running' && body;
  });

const rehearse = async (rollbackId: string, body: object): Promise<RollbackProgress> => {
  const asked = { rollbackId, reason: 'a drill', rehearsal: true, ...body };
  await operator.take(['start-rollback', asked]);
  return ends(rollbackId);
};

const liveSql = `select id from ops.generations where state = 'live' order by id`;
const factsSql = `
select type, count(*)::integer from ledger.events where type in ('DeploymentActivated', 'WorkStopped', 'DeploymentVoided',
  'RollbackBegun', 'DeploymentRolledBack', 'RollbackStarted', 'RebuildCutOver') group by type order by type`;

/** What is live, stopped or void by any account. */
const whatIsLive = async (): Promise<unknown> => [
  await database.sql('select active_deployment, voided from ledger.head'),
  await database.sql(liveSql),
  await database.sql(factsSql),
];

const age = (days: number): Promise<unknown> =>
  database.sql(
    `update ledger.events set recorded_at = recorded_at - make_interval(days => ${String(days)})
     where type = 'RehearsalCompleted'`,
  );

const item = { item: 'rehearsed', phase: 'before-deployment', gate: 'rollback-rehearsal' };

describe('a rehearsal in mode data', () => {
  it('says what would be to the row and sum, and is right', async () => {
    await twoDeployments();
    const before = await whatIsLive();
    const done = await rehearse('r1', { deploymentId: 'd2', mode: 'data' });
    expect(done).toMatchObject({ state: 'completed', rehearsal: true, done: 9, failure: null });
    expect(done.steps.every(({ seconds }) => seconds !== null)).toBe(true);
    expect(done.steps[8]?.evidence).toMatch(/what-ifs/);
    expect(await whatIsLive()).toEqual(before);
    const status = done.whatIf?.find(({ projection }) => projection === 'execution-status');
    expect(status).toMatchObject({ how: 'renew', rows: { before: 2, after: 1 }, missing: 1 });
    const roi = done.whatIf?.find(({ projection }) => projection === 'roi-totals');
    expect(roi?.totals).toEqual(
      expect.arrayContaining([
        { column: 'calls', before: '3', after: '1' },
        { column: 'sunkNanoUsd', before: '0', after: '6000000000' },
      ]),
    );
    // The dry run says the same, from the void events alone.
    const body = { deploymentId: 'd2', mode: 'data', reason: 'x', dryRun: true };
    const { plan } = (await operator.take(['start-rollback', body])).body as unknown as {
      plan: RollbackPlan;
    };
    for (const { projection, totals } of plan.voids?.projections ?? []) {
      const built = done.whatIf?.find((one) => one.projection === projection);
      expect([projection, totals]).toEqual([projection, built?.totals]);
    }
    // And so does the rollback itself.
    const kept = await database.sql<{ row: object }>(
      `select to_json(t) as row from ${roi?.generation ?? ''}.roi_totals t`,
    );
    await operator.take([
      'start-rollback',
      { rollbackId: 'r2', deploymentId: 'd2', mode: 'data', reason: 'for good' },
    ]);
    expect((await ends('r2')).state).toBe('completed');
    const after = await database.sql<{ row: object }>(
      `select to_json(t) as row from read.roi_totals t`,
    );
    const sorted = (rows: readonly { row: object }[]): string[] =>
      rows.map(({ row }) => JSON.stringify(row)).sort();
    expect(sorted(kept)).toEqual(sorted(after));
    await expectExact(database);
    await proveLedger(database);
  });

  it('of one that is not live yet is as if it were, and ticks what asks for it until it is too old', async () => {
    await operator.goLive('d1');
    const plan = { version: '1', requiredSignOffs: [], requiredGates: [], checklist: [item] };
    await operator.take([
      'plan-deployment',
      { deploymentId: 'd2', ...plan, rehearsedWithinDays: 7 },
    ]);
    const go = { deploymentId: 'd2', verdict: 'go', reason: 'fine' };
    expect(await operator.issue('decide-deployment', go)).toMatchObject({
      status: 409,
      body: { code: 'deployment-not-ready' },
    });
    await app.client.command(
      'start-execution',
      { executionId: 'canary' },
      { headers: { 'x-deployment-id': 'd2' } },
    );
    const done = await rehearse('r1', { deploymentId: 'd2', mode: 'data' });
    expect(done).toMatchObject({ state: 'completed', to: 'd1' });
    const status = done.whatIf?.find(({ projection }) => projection === 'execution-status');
    expect(status).toMatchObject({ rows: { before: 1, after: 0 } });
    const ready = await operator.row('d2', String(await positionOf(database)));
    expect(ready).toMatchObject({ missing: [], checklist: [{ item: 'rehearsed', ticked: true }] });
    expect(ready.checks).toMatchObject([{ outcome: 'successful', measured: 0, threshold: 7 }]);

    await age(8);
    const old = await eventually('it is too old', async () => {
      const row = await operator.row('d2', '0');
      return row.checklist[0]?.['ticked'] === false && row;
    });
    expect(old.checks).toMatchObject([{ outcome: 'failed', measured: 8, threshold: 7 }]);
    expect((await operator.issue('decide-deployment', go)).body.code).toBe('deployment-not-ready');
    await operator.take(['measure-deployment', { deploymentId: 'd2' }]);
    expect((await operator.row('d2', String(await positionOf(database)))).checks).toMatchObject([
      { outcome: 'failed', measured: 8 },
    ]);
    await age(-8);
    await operator.take(['measure-deployment', { deploymentId: 'd2' }]);
    expect((await operator.issue('decide-deployment', go)).status).toBe(200);
  });
});

describe('a rehearsal in mode code', () => {
  it('compares what is warm, builds nothing that is not gone, and shows nothing', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    await operatorOf(app.client, app.keys.operator).rebuild({ projections: ['roi-totals'] });
    const before = await whatIsLive();
    const done = await rehearse('r1', { deploymentId: 'd2', mode: 'code' });
    expect(done).toMatchObject({ state: 'completed', mode: 'code' });
    expect(done.whatIf).toMatchObject([
      { projection: 'roi-totals', how: 'repoint', added: 0, missing: 0, changed: 0, totals: [] },
    ]);
    expect(await whatIsLive()).toEqual(before);
    expect(await generationsOf(database, 'roi-totals')).toHaveLength(2);
    await proveLedger(database);
  });

  it('that finds something else live fails, is over, and takes the tick away', async () => {
    await operator.goLive('d1');
    await operator.goLive('d2');
    const done = await rehearse('r1', { deploymentId: 'd1', mode: 'code' });
    expect(done).toMatchObject({ state: 'failed', endedAt: expect.any(String) });
    expect(done.failure?.cause).toMatch(/d2 is live for content, not d1/);
    const retried = await operator.issue('retry-rollback', { rollbackId: 'r1' });
    expect(retried).toMatchObject({ status: 409, body: { code: 'rollback-ended' } });
  });
});

/** Nobody makes generations meanwhile, so what builds some stays under way. */
const holdingGenerations = async (work: () => Promise<void>): Promise<void> => {
  const holder = new Client({ connectionString: database.ownerUrl });
  await holder.connect();
  try {
    await holder.query('select pg_advisory_lock($1)', [generationLock]);
    await work();
  } finally {
    await holder.end();
  }
};

const underWay = (rebuildId: string): Promise<unknown> =>
  eventually(`${rebuildId} is under way`, async () => {
    const { status, body } = await app.client.get<{ state: string }>(`/v1/rebuilds/${rebuildId}`);
    return status === 200 && body.state === 'running';
  });

const stateOf = async (rollbackId: string): Promise<string> =>
  (await app.client.get<RollbackProgress>(`/v1/rollbacks/${rollbackId}`)).body.state;

const dataRehearsal = { deploymentId: 'd2', mode: 'data', reason: 'a drill', rehearsal: true };

describe('a rehearsal under way', () => {
  it('gives way to a rollback, which does not wait for it', async () => {
    await twoDeployments();
    await holdingGenerations(async () => {
      await operator.take(['start-rollback', { rollbackId: 'r1', ...dataRehearsal }]);
      await underWay('rehearsal.r1');
      await operator.take([
        'start-rollback',
        { rollbackId: 'r2', deploymentId: 'd2', mode: 'code', reason: 'it is worse' },
      ]);
      const rehearsal = await ends('r1');
      expect(rehearsal.state).toBe('failed');
      expect(rehearsal.failure?.cause).toMatch(/rollback r2 takes precedence over a rehearsal/);
    });
    expect(await ends('r2')).toMatchObject({ state: 'completed', mode: 'code' });
    await expectExact(database);
    await proveLedger(database);
  });

  it('can be aborted: what it builds goes, and what is live stays', async () => {
    await twoDeployments();
    const before = await whatIsLive();
    await holdingGenerations(async () => {
      await operator.take(['start-rollback', { rollbackId: 'r1', ...dataRehearsal }]);
      await underWay('rehearsal.r1');
      await operator.take(['abort-rollback', { rollbackId: 'r1', reason: 'not today' }]);
      expect(await stateOf('r1')).toBe('aborted');
    });
    await eventually('what it built is gone', async () => {
      const { body } = await app.client.get<{ state: string }>('/v1/rebuilds/rehearsal.r1');
      const left = await database.sql("select id from ops.generations where state <> 'live'");
      return body.state === 'cancelled' && left.length === 0;
    });
    expect(await whatIsLive()).toEqual(before);
    expect((await operator.issue('abort-rollback', { rollbackId: 'r1', reason: 'x' })).status).toBe(
      409,
    );
    expect(await rehearse('r3', dataRehearsal)).toMatchObject({ state: 'completed' });
  });

  it('begun while the rollback itself is under way fails, and disturbs nothing', async () => {
    await twoDeployments();
    await holdingGenerations(async () => {
      await operator.take([
        'start-rollback',
        { rollbackId: 'r1', deploymentId: 'd2', mode: 'data', reason: 'it is worse' },
      ]);
      await eventually('it has switched', async () => {
        const [head] = await database.sql<{ active: string }>(
          'select active_deployment as active from ledger.head',
        );
        return head?.active === 'd1';
      });
      const rehearsal = await rehearse('r2', dataRehearsal);
      expect(rehearsal.state).toBe('failed');
      expect(rehearsal.failure?.cause).toMatch(/d1 is live for content, not d2/);
    });
    expect(await ends('r1')).toMatchObject({ state: 'completed', mode: 'data' });
    await expectExact(database);
  });
});

describe('a what-if', () => {
  it('never goes live, and is no rebuild of the whole', async () => {
    await operator.goLive('d1');
    const asked = { projections: ['roi-totals'], without: 'd1' };
    expect(await operator.issue('start-rebuild', asked)).toMatchObject({
      status: 409,
      body: { code: 'rebuild-not-a-what-if' },
    });
    const { rebuildId } = await operatorOf(app.client, app.keys.operator).rebuild({
      ...asked,
      dryRun: true,
    });
    const cut = await operator.issue('cut-over-rebuild', { rebuildId });
    expect(cut.status).toBe(409);
    const states = (await generationsOf(database, 'roi-totals')).map(({ state }) => state);
    expect(states).toEqual(['live', 'fixed']);
  });
});
