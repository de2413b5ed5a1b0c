/* A deployment taken back with what it recorded, and reinstated, over HTTP. */
import type { RecordedEvent } from '../../src/events';
import { CommandIntake } from '../../src/modules/command-bus/command-intake';
import { LedgerReader } from '../../src/modules/ledger/ledger-reader';
import { RecordedCalls } from '../../src/modules/repricing/recorded-calls';
import { RepricingRun } from '../../src/modules/repricing/repricing-run';
import type { RollbackPlan, RollbackProgress } from '../../src/modules/rollback/rollback.schemas';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { ofRealCalls } from '../harness/histories';
import { append, histories } from '../harness/recorded-histories';
import { chanceOf, seedOf } from '../harness/seed';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { listened } from '../harness/listening';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import { positionOf, proveLedger } from '../harness/ledger-proof';
import { onceBuilt } from '../harness/past-moments';
import { expectExact } from '../harness/read-models';

const seed = seedOf('data rollback');

let database: TestDatabase;
let app: TestApp;
let operator: Deployer;

beforeEach(async () => {
  database = await freshDatabase();
  app = await startApp({ database });
  operator = deployerOf(app.client, app.keys.operator);
});
afterEach(async () => {
  await app.stop();
  await proveLedger(database);
  await database.drop();
});

/** Issues commands of a service, each of which is accepted. */
const take = async (...commands: readonly (readonly [string, object])[]): Promise<void> => {
  for (const [name, body] of commands) {
    const answer = await app.client.command(name, body);
    if (answer.status !== 200) throw new Error(`${name}: ${JSON.stringify(answer.body)}`);
  }
};

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

const rollback = async (deploymentId: string, rollbackId = 'r1'): Promise<RollbackProgress> => {
  const body = { rollbackId, deploymentId, mode: 'data', reason: 'the gates fell' };
  await operator.take(['start-rollback', body]);
  return eventually(`rollback ${rollbackId} is completed`, async () => {
    const { body: found } = await app.client.get<RollbackProgress>(`/v1/rollbacks/${rollbackId}`);
    if (found.state === 'completed') return found;
    throw new Error(JSON.stringify(found));
  });
};

const reinstate = async (deploymentId: string): Promise<void> => {
  await operator.take(['reinstate-deployment', { deploymentId, reason: 'measured wrongly' }]);
  await eventually('read models are renewed', async () => (await proof()).holds);
};

interface Proof {
  readonly holds: boolean;
  readonly projections: readonly { readonly projection: string; readonly contentHash: string }[];
}
const proof = async (): Promise<Proof> => (await app.client.get<Proof>('/v1/verify')).body;

type Row = Readonly<Record<string, unknown>>;

const totals = async (more = ''): Promise<Row> => {
  const moment = more === '' ? `minPosition=${String(await positionOf(database))}` : more;
  const path = `/v1/projections/roi-totals?groupBy=&${moment}`;
  const { status, body } = await onceBuilt(() => app.client.get<{ rows: Row[] }>(path));
  expect({ path, status }).toEqual({ path, status: 200 });
  return body.rows[0] ?? {};
};
const money = ({ calls, costNanoUsd, sunkNanoUsd, humanHours }: Row): unknown[] => [
  Number(calls),
  Number(costNanoUsd) / 1e9,
  Number(sunkNanoUsd) / 1e9,
  humanHours,
];
const executions = async (): Promise<string[]> => {
  const { body } = await app.client.get<{ rows: Row[] }>('/v1/projections/execution-status');
  return body.rows
    .map(({ executionId, status }) => `${String(executionId)} ${String(status)}`)
    .sort();
};
const projections = ({ projections: all }: Proof): Record<string, string> =>
  Object.fromEntries(all.map((one) => [one.projection, one.contentHash]));

/** How many times it looked for executions that are silent. */
const sweepsOf = async ({ client }: TestApp): Promise<number> => {
  const { body } = await client.get<string>('/metrics');
  const count = /^flowledger_duty_rounds_total\{duty="sweeper",outcome="completed"\} (\d+)$/m;
  return Number(count.exec(body)?.[1]);
};

/** Of the pipeline: what neither a rollback nor a rebuild writes to. */
const ofThePipeline = [
  'execution-status',
  'roi-totals',
  'roi-executions',
  'roi-exceptions',
  'quality-gates',
  'style-usage',
  'style-paragraphs',
  'repricings',
  'price-book',
];
const contents = async (): Promise<string[]> => {
  const found = projections(await proof());
  return ofThePipeline.map((name) => `${name} ${found[name] ?? ''}`);
};

/** What a writer and an editor would have taken, and what an hour costs. */
const setHours = async (): Promise<void> => {
  const effectiveFrom = '2026-01-01';
  await operator.take(
    ['set-benchmark', { agent: 'writer', hours: 3, effectiveFrom }],
    ['set-benchmark', { agent: 'editor', hours: 1, effectiveFrom }],
    ['set-hourly-rate', { usd: 75, effectiveFrom }],
  );
};

/** One begun under d1 and gone on with under d2, one begun and ended under d2. */
const twoDeployments = async (): Promise<void> => {
  await setHours();
  await operator.goLive('d1');
  await take(['start-execution', { executionId: 'old' }], called('old', 1));
  await operator.goLive('d2');
  await take(
    called('old', 2),
    ['start-stage', { executionId: 'old', stage: 'discover_topics' }],
    ['start-execution', { executionId: 'new' }],
    called('new', 4),
    ['complete-execution', { executionId: 'new' }],
  );
};

describe('a data rollback', () => {
  it('voids what the deployment recorded: money stays spent, its benefit goes', async () => {
    await twoDeployments();
    expect(money(await totals())).toEqual([3, 7, 0, 3]);
    const before = await positionOf(database);
    const done = await rollback('d2');
    expect(done.steps[3]?.evidence).toMatch(/what was recorded under d2 is void/);
    expect(done.steps[5]?.evidence).toMatch(/roi-totals \(renew: roi_totals_v\d+_2\)/);
    expect(money(await totals())).toEqual([1, 7, 6, 0]);
    expect(await executions()).toEqual(['old running']);
    expect(money(await totals(`asOf=${String(before)}`))).toEqual([3, 7, 0, 3]);
    expect(money(await totals(`asOf=${String(await positionOf(database))}`))).toEqual([1, 7, 6, 0]);
    await expectExact(database);
    expect((await proof()).holds).toBe(true);

    const refused = { status: 409, body: { code: 'work-voided' } };
    expect(await app.client.command('cancel-execution', { executionId: 'new' })).toMatchObject({
      ...refused,
      body: { detail: expect.stringMatching(/begun under d2.*reinstate-deployment d2/) },
    });
    const forked = { executionId: 'fork', forkedFrom: 'new' };
    expect(await app.client.command('start-execution', forked)).toMatchObject(refused);
    // The one that goes on does so from where it was, and what is spent on the void one is told.
    await take(
      ['start-stage', { executionId: 'old', stage: 'discover_topics' }],
      called('new', 8),
      called('old', 16),
    );
    expect(money(await totals())).toEqual([2, 31, 14, 0]);
    await expectExact(database);
    expect((await proof()).holds).toBe(true);
  });

  it('is undone by a reinstatement, and every read model of the pipeline is as before', async () => {
    await twoDeployments();
    await expectExact(database);
    const before = await contents();
    await rollback('d2');
    expect(await contents()).not.toEqual(before);
    await reinstate('d2');
    expect(await contents()).toEqual(before);
    await expectExact(database);
    const row = await operator.row('d2', String(await positionOf(database)));
    expect(row).toMatchObject({ status: 'superseded', voidedAt: null });
    await take(['start-execution', { executionId: 'fork', forkedFrom: 'new' }]);
    expect(
      await operator.issue('reinstate-deployment', { deploymentId: 'd2', reason: 'x' }),
    ).toMatchObject({ status: 409, body: { code: 'deployment-not-void' } });
  });

  it('is not undone unseen where its work was done again since, nor for work that only went on', async () => {
    await setHours();
    await operator.goLive('d1');
    await take(
      ['start-execution', { executionId: 'again' }],
      called('again', 1),
      ['start-execution', { executionId: 'open' }],
      called('open', 1),
    );
    await operator.goLive('d2');
    await take(
      ['complete-execution', { executionId: 'again' }],
      ['complete-execution', { executionId: 'open' }],
      ['start-execution', { executionId: 'new' }],
      called('new', 1),
      ['complete-execution', { executionId: 'new' }],
    );
    await rollback('d2');
    const reinstated = (more: object) =>
      operator.issue('reinstate-deployment', { deploymentId: 'd2', reason: 'x', ...more });
    // Told late, and seen with what is void: an editor that the end of the execution did not know.
    const [late, call] = called('new', 1);
    await take(
      [late, { ...call, agent: 'editor' }],
      ['heartbeat-execution', { executionId: 'open' }],
    );
    await take(['complete-execution', { executionId: 'again' }]);
    expect(await reinstated({})).toMatchObject({
      status: 409,
      body: {
        code: 'work-done-again',
        detail: expect.stringMatching(/of 1 stream \(execution-again\).*countTwice: true/),
      },
    });
    expect((await reinstated({ countTwice: true })).status).toBe(200);
    await eventually('read models are renewed', async () => (await proof()).holds);
    // A writer's three hours of each execution, of one of them twice; an editor's one.
    expect(money(await totals())).toEqual([4, 4, 0, 13]);
  });

  it('is not undone unseen either where what was done again was void in between', async () => {
    await setHours();
    await operator.goLive('d1');
    await take(['start-execution', { executionId: 'again' }], called('again', 1));
    for (const deploymentId of ['d2', 'd3']) {
      await operator.goLive(deploymentId);
      await take(['complete-execution', { executionId: 'again' }]);
      await rollback(deploymentId, `of-${deploymentId}`);
    }
    await reinstate('d2');
    expect(money(await totals())).toEqual([1, 1, 0, 3]);
    expect(
      await operator.issue('reinstate-deployment', { deploymentId: 'd3', reason: 'x' }),
    ).toMatchObject({ status: 409, body: { code: 'work-done-again' } });
  });

  it('is no silence of what goes on from where it was long ago', async () => {
    await app.stop();
    app = await startApp({ database, env: { FLOWLEDGER_SWEEP_SECONDS: '0.2' } });
    operator = deployerOf(app.client, app.keys.operator);
    await operator.twoInTurn();
    await rollback('d2');
    await database.sql(`update read.execution_status set heard_at = heard_at - interval '2 hours'`);
    await listened(database, { since: '3 hours' });
    const sweeps = await sweepsOf(app);
    await eventually('two sweeps', async () => (await sweepsOf(app)) >= sweeps + 2);
    expect(await executions()).toEqual(['old running']);
  });

  it('says before what it would void, and what would change', async () => {
    await twoDeployments();
    await expectExact(database);
    const body = { deploymentId: 'd2', mode: 'data', reason: 'x', dryRun: true };
    const { plan } = (await operator.issue('start-rollback', body)).body as unknown as {
      plan: RollbackPlan;
    };
    expect(plan.blockers).toEqual([]);
    expect(plan.steps).toHaveLength(9);
    expect(plan.voids?.events).toMatchObject({ LlmCallRecorded: 2, StageStarted: 1 });
    expect(plan.voids?.streams).toEqual({ execution: 1 });
    const status = { projection: 'execution-status', rowsGone: 1, rowsChanged: 1 };
    expect(plan.voids?.projections).toContainEqual(expect.objectContaining(status));
    const totalled = { projection: 'roi-totals', eventsNotCounted: 3 };
    expect(plan.voids?.projections).toContainEqual(expect.objectContaining(totalled));
    expect(money(await totals())).toEqual([3, 7, 0, 3]);
  });
});

describe('what rests on voided work', () => {
  it('is decided anew by every process, whatever it had in memory', async () => {
    const other = await startApp({ database });
    try {
      await operator.goLive('d1');
      await take(['start-execution', { executionId: 'old' }]);
      await operator.goLive('d2');
      const told = (name: string, body: object) => other.client.command(name, body);
      const stage = { executionId: 'old', stage: 'discover_topics' };
      expect((await told('start-stage', stage)).status).toBe(200);
      expect((await told('start-execution', { executionId: 'new' })).status).toBe(200);
      expect((await told('complete-stage', stage)).status).toBe(200);
      await rollback('d2');
      // By what it has in memory the stage is completed, and the other execution runs.
      expect(await told('complete-stage', stage)).toMatchObject({ status: 409 });
      expect(await told('start-stage', stage)).toMatchObject({ status: 200, body: { version: 4 } });
      expect(await told('heartbeat-execution', { executionId: 'new' })).toMatchObject({
        status: 409,
        body: { code: 'work-voided' },
      });
      await reinstate('d2');
      expect((await told('heartbeat-execution', { executionId: 'new' })).status).toBe(200);
      await expectExact(database);
    } finally {
      await other.stop();
    }
  });

  it('is no decision that comes to be after the fact, whoever is at it meanwhile', async () => {
    const other = await startApp({ database });
    const stop = new AbortController();
    const beats = [app, other].map(async ({ client }) => {
      for (let index = 0; !stop.signal.aborted; index += 1) {
        const executionId = `new-${String(index % 3)}`;
        await client.command('pause-execution', { executionId });
        await client.command('resume-execution', { executionId });
      }
    });
    try {
      await operator.goLive('d1');
      for (const id of ['new-0', 'new-1']) await take(['start-execution', { executionId: id }]);
      await operator.goLive('d2');
      await take(['start-execution', { executionId: 'new-2' }]);
      await rollback('d2');
      stop.abort();
      await Promise.all(beats);
      const [late] = await database.sql<{ late: string }>(
        `select count(*) as late from ledger.events where stream = 'execution-new-2'
           and position > (select position from ledger.events where type = 'DeploymentVoided')`,
      );
      expect(late?.late).toBe('0');
      // Each of the others pauses and resumes in turn, whichever of its events count.
      await expectExact(database);
      expect((await proof()).holds).toBe(true);
      const [twice] = await database.sql<{ twice: string }>(
        `select count(*) as twice from (
           select type, lag(type) over (partition by stream order by version) as before
           from ledger.events where stream in ('execution-new-0', 'execution-new-1') and deployment_id = 'd1'
         ) pairs where type = before`,
      );
      expect(twice?.twice).toBe('0');
    } finally {
      stop.abort();
      await Promise.all(beats);
      await other.stop();
    }
  });

  it('is no call that a repricing read before, and records only now', async () => {
    const computed = { ...called('old', 0)[1], costUsd: undefined };
    await operator.goLive('d1');
    await take(['start-execution', { executionId: 'old' }], ['record-llm-call', computed]);
    await operator.goLive('d2');
    await take(['record-llm-call', computed]);
    const price = { inputUsdPerMillion: 1_000, outputUsdPerMillion: 0 };
    await operator.take(['set-price', { model: 'gpt-4o', effectiveFrom: '2026-01-01', ...price }]);
    const readBefore = await app.get(RecordedCalls).pages(new AbortController().signal).next();
    await rollback('d2');
    await app.stop();
    app = await startApp({ database, env: { FLOWLEDGER_PARTS: 'api,projector' } }); // carries none out
    const recorded = app.get(RecordedCalls);
    const calls = {
      pages: () => [readBefore.value as unknown],
      again: (executionId: string) => recorded.again(executionId),
    } as unknown as RecordedCalls;
    const run = new RepricingRun(app.get(LedgerReader), calls, app.get(CommandIntake));
    const scope = { from: '2026-01-01T00:00:00.000Z', to: '2100-01-01T00:00:00.000Z', model: null };
    const repricing = { repricingId: 'p1', bookFacts: Infinity, ...scope };
    const data = { ...scope, reason: 'x', bookFacts: 1_000_000 };
    const started = { stream: 'repricing-p1', version: 1, type: 'RepricingStarted', data };
    await append(app, [{ ...started, schemaVersion: 1 }]);
    const tally = await run.record(repricing, new AbortController().signal);
    expect(tally.figures()).toMatchObject({ calls: 1, changed: 1, repricedNanoUsd: '1000000000' });
    const repriced = await database.sql<{ deployments: string[] }>(
      `select jsonb_path_query_array(data::jsonb, '$.calls[*].deploymentId') as deployments
       from ledger.events where type = 'CallsRepriced'`,
    );
    expect(repriced).toEqual([{ deployments: ['d1'] }]);
    await expectExact(database);
  });

  it('is no rebuild that was begun before, and says why', async () => {
    await twoDeployments();
    const { effects } = (
      await operator.take([
        'start-rebuild',
        { projections: ['roi-totals', 'deployments'], cutover: 'manual' },
      ])
    ).body as unknown as { effects: { rebuildId: string } };
    const path = `/v1/rebuilds/${effects.rebuildId}`;
    const stateOf = async () =>
      (await app.client.get<{ state: string; reason: string }>(path)).body;
    await eventually('it waits', async () => (await stateOf()).state === 'waiting');
    await rollback('d2');
    expect((await stateOf()).state).toBe('failed');
    const end = String(await positionOf(database));
    const { body } = await app.client.get(
      `/v1/projections/rebuilds/${effects.rebuildId}?minPosition=${end}`,
    );
    expect(JSON.stringify(body)).toMatch(/was begun before any work was void/);
    expect(
      await operator.issue('revert-projection', { projection: 'roi-totals', reason: 'x' }),
    ).toMatchObject({ status: 409, body: { code: 'nothing-warm' } });
    await expectExact(database);
  });

  it('is an article as it was before the deployment changed it', async () => {
    const first = 'The quiet alarm rings for nobody, and so it rings well. '.repeat(2);
    const second = 'The loud alarm rings for everybody, and nobody comes at all. '.repeat(2);
    const indexed = (markdown: string) => ['index-article', { source: 'a.md', markdown }] as const;
    const present = async (): Promise<unknown[]> => {
      const position = String(await positionOf(database));
      const { body } = await app.client.get<{ rows: Row[] }>(
        `/v1/projections/style-paragraphs?present=1&minPosition=${position}`,
      );
      return body.rows.map(({ source, text, paragraphId }) => [
        source,
        String(text).slice(0, 9),
        String(paragraphId).split('.').at(-1),
      ]);
    };
    await operator.goLive('d1');
    await take(indexed(first));
    await operator.goLive('d2');
    await take(indexed(second), ['index-article', { source: 'b.md', markdown: second }]);
    await rollback('d2');
    expect(await present()).toEqual([['a.md', 'The quiet', '1']]);
    await take(indexed(`${first}\n\n${second}`));
    // The second number was given under d2: who was served that paragraph knows it by this.
    expect((await present()).sort()).toEqual([
      ['a.md', 'The loud ', '3'],
      ['a.md', 'The quiet', '1'],
    ]);
    const again = await app.client.command('index-article', { source: 'b.md', markdown: first });
    expect(again).toMatchObject({ status: 409, body: { code: 'work-voided' } });
    await expectExact(database);
    // Both removed nothing and added the same: let count as well, it would be there twice.
    const reinstated = (more: object) =>
      operator.issue('reinstate-deployment', { deploymentId: 'd2', reason: 'x', ...more });
    expect(await reinstated({})).toMatchObject({ status: 409, body: { code: 'work-done-again' } });
    expect((await reinstated({ countTwice: true })).status).toBe(200);
    await eventually('read models are renewed', async () => (await proof()).holds);
    await expectExact(database);
  });

  it('is nothing of any history, in every way that read models are made', async () => {
    const chance = chanceOf(seed);
    await operator.goLive('d1');
    const all = histories(6, seed).flatMap((events, index) => {
      const begins = new Map<string, number>();
      const stamped = events.map((event) => {
        const from = begins.get(event.stream) ?? chance.between(1, 9);
        begins.set(event.stream, from);
        const [category = '', ...id] = event.stream.split('-');
        const stream = `${category}-${String(index)}-${id.join('-')}`;
        return { ...event, stream, deploymentId: event.version < from ? 'd1' : 'd2' };
      });
      return ofRealCalls(stamped as unknown as RecordedEvent[]) as unknown as typeof stamped;
    });
    await operator.goLive('d2');
    await append(app, all);
    await expectExact(database);
    const before = await contents();
    await rollback('d2');
    await expectExact(database);
    expect((await proof()).holds).toBe(true);
    await reinstate('d2');
    expect(await contents()).toEqual(before);
  });
});

describeWithKafka('a data rollback of what is fed from Kafka', (bootstrap) => {
  it('leaves the same, and so do late calls and a reinstatement', async () => {
    await app.stop();
    await database.drop(); // the number of partitions is of a database for good
    database = await freshDatabase();
    app = await startApp({ database, env: topicOn(bootstrap).env });
    operator = deployerOf(app.client, app.keys.operator);
    await twoDeployments();
    await rollback('d2');
    expect(money(await totals())).toEqual([1, 7, 6, 0]);
    await take(called('new', 8), called('old', 16));
    expect(money(await totals())).toEqual([2, 31, 14, 0]);
    await expectExact(database);
    await reinstate('d2');
    expect(money(await totals())).toEqual([5, 31, 0, 3]);
    await expectExact(database);
  });
});
