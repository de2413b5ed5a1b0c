import { setTimeout as pause } from 'node:timers/promises';
import { connect } from '../../src/modules/database/clients';
import { addCheckpointsSql } from '../../src/modules/projector/generation.sql';
import { Generations } from '../../src/modules/projector/generations';
import { CutOvers } from '../../src/modules/rebuild/cut-over';
import { projections } from '../../src/projections';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import { generationsOf, operatorOf, schemasOf } from '../harness/rebuilds';
import type { Operator } from '../harness/rebuilds';
import { expectExact } from '../harness/read-models';
import { append } from '../harness/recorded-histories';
import { work } from '../harness/work';

jest.setTimeout(240_000);

let app: TestApp;
let operator: Operator;

const begin = async (env: Readonly<Record<string, string>> = {}): Promise<void> => {
  app = await startApp({ env });
  operator = operatorOf(app.client, app.keys.operator);
  await work(app.client, { executions: 20, calls: 10 });
};

afterEach(() => app.stop());

/** Waits until there are no other schemas than these. */
const haveGone = (before: readonly string[]): Promise<true> =>
  eventually('all others are gone', async () => {
    expect(await schemasOf(app.database)).toEqual(before);
    return true as const;
  });

const statesOf = async (projection: string): Promise<string[]> =>
  (await generationsOf(app.database, projection)).map(({ id, state }) => `${id} ${state}`);

/** So slow that a rebuild is met midway, also by a test that stands still for seconds. */
const midway = 40;

/** Waits until a rebuild has read some of the ledger. */
const begun = (rebuildId: string): Promise<true> =>
  eventually('some of it', async () => (await operator.progress(rebuildId)).done > 0);

/** Makes a row of the live roi-totals wrong, as no event does. */
const spoil = async (): Promise<void> => {
  await expectExact(app.database);
  await app.database.sql(`update read.roi_totals set calls = calls + 1000 where agent = 'writer'`);
};

describe('a rebuild', () => {
  it('takes a generation live that is the same, and keeps the one before warm', async () => {
    await begin();
    const { state, projections: parts } = await operator.rebuild({ projections: ['roi-totals'] });
    expect(state).toBe('completed');
    expect(parts).toMatchObject([
      { projection: 'roi-totals', differences: { added: 0, missing: 0, changed: 0 } },
    ]);
    expect(await statesOf('roi-totals')).toEqual(
      ['roi_totals_v1_1 warm', 'roi_totals_v1_2 live'].map((text) =>
        text.replace('_v1_', `_v${versionOf('roi-totals')}_`),
      ),
    );
    await work(app.client, { executions: 5, calls: 3, prefix: 'later' });
    await expectExact(app.database);
  });

  it('builds all of them in one pass, while commands go on', async () => {
    await begin();
    const over = new AbortController();
    let rounds = 0;
    const load = (async () => {
      while (!over.signal.aborted) {
        await work(app.client, { executions: 3, calls: 4, prefix: `load-${String(rounds)}` });
        rounds += 1;
      }
    })();
    try {
      const names = projections.map(({ name }) => name);
      const { projections: parts } = await operator.rebuild({ projections: names });
      expect(parts.map(({ projection }) => projection).sort()).toEqual([...names].sort());
      for (const { differences } of parts) {
        expect(differences).toEqual({ added: 0, missing: 0, changed: 0 });
      }
    } finally {
      over.abort();
      await load;
    }
    expect(rounds).toBeGreaterThan(0);
    await expectExact(app.database);
    const proof = await app.client.get('/v1/verify');
    expect(proof.body).toMatchObject({ holds: true });
  });

  it('comes to the same however little memory it may take', async () => {
    await begin({ FLOWLEDGER_REBUILD_MEMORY: '5000' });
    const names = ['roi-totals', 'execution-status'];
    const { projections: parts } = await operator.rebuild({ projections: names });
    for (const { differences } of parts) {
      expect(differences).toEqual({ added: 0, missing: 0, changed: 0 });
    }
    await expectExact(app.database);
  });

  it('tells every step with what it came to, and leaves its facts', async () => {
    await begin();
    const rebuildId = await operator.start({ projections: ['execution-status'], rebuildId: 'one' });
    await operator.reaches(rebuildId, 'completed');
    // The last of them is told behind the fact that it is completed.
    const steps = await eventually('the step behind the last fact', async () => {
      const found = await app.database.sql<{ step: string }>(
        `select step from ops.rebuild_steps where rebuild = 'one' and ended_at is not null order by began_at`,
      );
      return found.some(({ step }) => step === 'warm') && found;
    });
    expect(steps.map(({ step }) => step)).toEqual([
      'create',
      'bulk-fold',
      'index',
      'catch-up',
      'join',
      'verify',
      'diff',
      'cut-over',
      'warm',
    ]);
    const { body } = await app.client.get<{ events: { type: string; data: object }[] }>(
      '/v1/streams/rebuild-one',
    );
    expect(body.events.map(({ type }) => type)).toEqual([
      'RebuildStarted',
      'RebuildCutOver',
      'RebuildCompleted',
    ]);
    expect(body.events[1]?.data).toMatchObject({
      generations: [
        {
          projection: 'execution-status',
          position: expect.any(String),
          ledgerHash: /^[0-9a-f]{64}$/,
        },
      ],
    });
  });

  it('waits where the live one differs, says in which row and field, and goes live when that is accepted by name', async () => {
    await begin();
    await spoil();
    const rebuildId = await operator.start({ projections: ['roi-totals', 'execution-status'] });
    const waiting = await operator.reaches(rebuildId, 'waiting');
    expect(waiting.waitsFor).toMatchObject({ why: 'differences', projections: ['roi-totals'] });
    const { body: diff } = await app.client.get(`/v1/rebuilds/${rebuildId}/diff`);
    expect(JSON.stringify(diff)).toContain('"calls"');
    const refused = await operator.issue('cut-over-rebuild', { rebuildId, accept: ['roi-totals'] });
    expect(refused.status).toBe(400); // a reason is needed
    const unexplained = await operator.issue('cut-over-rebuild', { rebuildId });
    expect(unexplained).toMatchObject({ status: 409, body: { code: 'differences-unexplained' } });
    const accepted = await operator.issue('cut-over-rebuild', {
      rebuildId,
      accept: ['roi-totals'],
      reason: 'somebody changed it by hand',
    });
    expect(accepted.status).toBe(200);
    await operator.reaches(rebuildId, 'completed');
    await expectExact(app.database);
  });

  it('waits to be cut over by hand, and meanwhile changes nothing that is seen', async () => {
    await begin();
    const rebuildId = await operator.start({ projections: ['roi-totals'], cutover: 'manual' });
    expect((await operator.reaches(rebuildId, 'waiting')).waitsFor).toMatchObject({
      why: 'manual',
    });
    const states = (await generationsOf(app.database, 'roi-totals')).map(({ state }) => state);
    expect(states).toEqual(['live', 'building']);
    await work(app.client, { executions: 5, calls: 3, prefix: 'later' });
    await operator.issue('cut-over-rebuild', { rebuildId });
    await operator.reaches(rebuildId, 'completed');
    await expectExact(app.database);
  });

  it('leaves nothing behind where it was only tried', async () => {
    await begin();
    await spoil();
    const before = await schemasOf(app.database);
    const { projections: parts } = await operator.rebuild({
      projections: ['roi-totals'],
      dryRun: true,
    });
    expect(parts[0]?.differences?.changed).toBeGreaterThan(0);
    await haveGone(before);
    expect(await statesOf('roi-totals')).toHaveLength(1);
  });

  it('is refused where another is under way, with the id of that one', async () => {
    await begin();
    const first = await operator.start({ projections: ['roi-totals'], cutover: 'manual' });
    const second = await operator.issue('start-rebuild', {
      projections: ['execution-status', 'roi-totals'],
    });
    expect(second).toMatchObject({ status: 409, body: { code: 'rebuild-under-way' } });
    expect(second.body.detail).toContain(first);
    await operator.reaches(first, 'waiting');
    await operator.issue('cancel-rebuild', { rebuildId: first, reason: 'not now' });
    await operator.rebuild({ projections: ['execution-status', 'roi-totals'] });
  });

  it('is one, where it is asked for more often at once than there are connections', async () => {
    await begin();
    const asked = { projections: ['roi-totals'], cutover: 'manual' };
    const answers = await Promise.all(
      Array.from({ length: 16 }, () => operator.issue('start-rebuild', asked)),
    );
    const refusals = Array.from({ length: 15 }, () => 409);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...refusals]);
  });

  it('is one, where two processes are asked at once', async () => {
    await begin();
    const other = await startApp({ database: app.database });
    try {
      const operators = [operator, operatorOf(other.client, other.keys.operator)];
      const asked = { projections: ['roi-totals'], cutover: 'manual' };
      const answers = await Promise.all(
        [0, 1, 0, 1].map((index) => operators[index]!.issue('start-rebuild', asked)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409]);
      const started = answers.find(({ status }) => status === 200);
      const rebuildId = String(started?.body.effects?.['rebuildId']);
      await operator.reaches(rebuildId, 'waiting');
      expect(await generationsOf(app.database, 'roi-totals')).toHaveLength(2);
      await operators[1]!.issue('cut-over-rebuild', { rebuildId });
      await operator.reaches(rebuildId, 'completed');
      await expectExact(app.database);
    } finally {
      await other.stop();
    }
  });

  it('rests when told to, and goes on', async () => {
    await begin();
    const rebuildId = await operator.start({
      projections: ['roi-totals'],
      maxEventsPerSecond: midway,
    });
    await begun(rebuildId);
    expect((await operator.issue('pause-rebuild', { rebuildId })).status).toBe(200);
    expect(await operator.reaches(rebuildId, 'paused')).toMatchObject({ ratePerSecond: 0 });
    expect((await operator.issue('resume-rebuild', { rebuildId })).status).toBe(200);
    await operator.reaches(rebuildId, 'completed');
    await expectExact(app.database);
  });

  it('meets types of events that come up while it reads, as the live one does', async () => {
    await begin();
    const rebuildId = await operator.start({
      projections: ['execution-status', 'roi-totals'],
      maxEventsPerSecond: midway,
    });
    await begun(rebuildId);
    const [last] = await app.database.sql<{ version: number }>(
      `select max(version) as version from ledger.events where stream = 'execution-run-0'`,
    );
    const version = last?.version ?? 0;
    const event = { stream: 'execution-run-0', schemaVersion: 1, data: { reason: null } };
    await append(app, [
      { ...event, version: version + 1, type: 'ExecutionExploded' }, // of newer code
      { ...event, version: version + 2, type: 'HeartbeatReceived' },
    ]);
    const cancelled = { executionId: 'run-1', reason: 'no more' }; // the first of its type
    const { status, body } = await app.client.command('cancel-execution', cancelled);
    expect(status).toBe(200);
    const { projections: parts } = await operator.reaches(rebuildId, 'completed');
    for (const { differences } of parts) {
      expect(differences).toEqual({ added: 0, missing: 0, changed: 0 });
    }
    expect(Object.fromEntries(parts.map((one) => [one.projection, one.parked]))).toEqual({
      'execution-status': 2,
      'roi-totals': 1,
    });
    const path = `/v1/projections/execution-status/run-1?minPosition=${body.position}`;
    const found = await eventually('the cancelled one', async () => {
      const answer = await app.client.get(path);
      return answer.status === 200 && answer;
    });
    expect(found).toMatchObject({ body: { row: { status: 'cancelled' } } });
  });

  it.each(['bulk-fold', 'waiting'])('leaves no table behind when cancelled at %s', async (at) => {
    await begin();
    const before = await schemasOf(app.database);
    const rebuildId = await operator.start({
      projections: ['roi-totals', 'style-paragraphs'],
      cutover: 'manual',
      ...(at === 'waiting' ? {} : { maxEventsPerSecond: 10 }),
    });
    if (at === 'waiting') await operator.reaches(rebuildId, 'waiting');
    else {
      const isThere = async () => (await operator.progress(rebuildId)).step === at;
      await eventually('it works', isThere);
    }
    const cancelled = await operator.issue('cancel-rebuild', { rebuildId, reason: 'enough' });
    expect(cancelled.status).toBe(200);
    await haveGone(before);
    await expectExact(app.database);
  });

  it('stops at the bound of disk, cleanly, and says so', async () => {
    await begin({ FLOWLEDGER_REBUILD_BYTES: '1000' });
    const before = await schemasOf(app.database);
    const rebuildId = await operator.start({ projections: ['roi-totals'], maxEventsPerSecond: 10 });
    const failed = await operator.reaches(rebuildId, 'failed');
    expect(failed.reason).toContain('FLOWLEDGER_REBUILD_BYTES');
    await haveGone(before);
  });

  it('of a part of the ledger is there to be looked at, never to be taken live', async () => {
    await begin();
    const rebuildId = await operator.start({
      projections: ['roi-totals'],
      scope: { toPosition: 60 },
    });
    const done = await operator.reaches(rebuildId, 'completed');
    const refused = await operator.issue('cut-over-rebuild', { rebuildId });
    expect(refused.status).toBe(409);
    const { generation = '', rows } = done.projections[0] ?? {};
    const [made] = await app.database.sql<{ rows: number }>(
      `select count(*)::integer as rows from ${generation}.roi_totals`,
    );
    expect(rows).toBe(made?.rows); // and not those of its rollup besides
    const [completed] = await app.database.sql<{ data: object }>(
      "select data from ledger.events where type = 'RebuildCompleted' order by position desc limit 1",
    );
    const summary = [{ projection: 'roi-totals', rows, changed: 0, compared: false }];
    expect(completed?.data).toMatchObject({ outcome: 'what-if', summary });
    expect((await generationsOf(app.database, 'roi-totals')).at(-1)).toMatchObject({
      id: generation,
      state: 'fixed',
    });
  });

  it('of a part of the ledger differs from all of it by what the part leaves out', async () => {
    await begin();
    const one = { projections: ['roi-totals'] };
    const early = await operator.rebuild({ ...one, scope: { toPosition: 60 } });
    const stages = await operator.rebuild({ ...one, scope: { types: ['StageStarted'] } });
    const rows = await app.database.sql('select from read.roi_totals');
    await work(app.client, { executions: 5, calls: 3, prefix: 'later' });
    const same = { added: 0, missing: 0, changed: 0 };
    const diffOf = ({ rebuildId }: { rebuildId: string }, accept = 'application/json') =>
      eventually('all of it is built', async () => {
        const path = `/v1/rebuilds/${rebuildId}/diff`;
        const { status, body } = await app.client.get<string>(path, { accept });
        return status === 503 ? null : body;
      });
    expect(await diffOf(early)).toMatchObject({
      projections: [{ position: '60', tables: [same, same] }],
    });
    const position = String(stages.total); // nothing of what came later
    const without = { rows: { before: rows.length, after: 0 }, added: 0, missing: rows.length };
    expect(await diffOf(stages)).toMatchObject({
      projections: [{ position, tables: [without, {}] }],
    });
    const lines = await diffOf(stages, 'application/x-ndjson');
    expect(lines.match(/"table":"roi_totals","kind":"missing"/g)).toHaveLength(rows.length);
    // As if work had been voided behind the position that the part goes up to.
    await app.database.sql('update ops.generations set epoch = 70 where rebuild = $1', [
      early.rebuildId,
    ]);
    const since = await app.client.get<object>(`/v1/rebuilds/${early.rebuildId}/diff`);
    expect(since).toMatchObject({ status: 409, body: { code: 'voided-since' } });
  });
});

test('how long a rebuild will take is told by the last that had the whole to read, and no limit', async () => {
  await begin();
  const one = { projections: ['roi-totals'] };
  /** As if its pass had read 20,000 events in some seconds. */
  const hasTaken = async (seconds: number, body: object): Promise<void> => {
    const { rebuildId } = await operator.rebuild({ ...one, ...body });
    await app.database.sql(
      `update ops.rebuilds set total = 20000, done = 20000, run_since = moved_at - $2 * interval '1 second'
       where rebuild = $1`,
      [rebuildId, seconds],
    );
  };
  const rate = async (): Promise<object> => {
    const { body } = await app.client.get<{ ratePerSecond: number; rateIs: string }>(
      '/v1/rebuilds/plan?projections=roi-totals',
    );
    return { ratePerSecond: body.ratePerSecond, rateIs: body.rateIs };
  };
  await hasTaken(2_000, { maxEventsPerSecond: 1_000_000 });
  await hasTaken(0.001, { scope: { types: ['LlmCallRecorded'] } });
  expect(await rate()).toMatchObject({ rateIs: 'assumed' });
  await hasTaken(2, {});
  expect(await rate()).toEqual({ rateIs: 'measured', ratePerSecond: 10_000 });
  await hasTaken(2_000, { maxEventsPerSecond: 1_000_000 });
  expect(await rate()).toEqual({ rateIs: 'measured', ratePerSecond: 10_000 });
});

describe('what a rebuild of a part of the ledger made', () => {
  /** As if the generations of a projection had been made, and been live, a year ago. */
  const age = (projection: string): Promise<unknown> =>
    app.database.sql(
      `update ops.generations set created_at = created_at - interval '1 year',
         live_until = live_until - interval '1 year' where projection = $1`,
      [projection],
    );
  /** Waits until what has had its time was dropped once more. */
  const haveBeenDropped = async (): Promise<void> => {
    await operator.rebuild({ projections: ['roi-totals'] });
    await age('roi-totals');
    await eventually('the warm one is dropped', async () => {
      const states = (await generationsOf(app.database, 'roi-totals')).map(({ state }) => state);
      return JSON.stringify(states) === JSON.stringify(['live']);
    });
  };
  const beginAndPause = async (): Promise<{ rebuildId: string; made: string }> => {
    await begin();
    const rebuildId = await operator.start({
      projections: ['execution-status'],
      scope: { toPosition: 60 },
      maxEventsPerSecond: 10,
    });
    await begun(rebuildId);
    await operator.issue('pause-rebuild', { rebuildId, reason: 'over the weekend' });
    await operator.reaches(rebuildId, 'paused');
    const made = (await operator.progress(rebuildId)).projections[0]?.generation ?? '';
    await age('execution-status');
    return { rebuildId, made };
  };

  it('outlives any pause, and is kept from when it is done', async () => {
    const { rebuildId, made } = await beginAndPause();
    await haveBeenDropped();
    expect(await statesOf('execution-status')).toContain(`${made} fixed`);
    await operator.issue('resume-rebuild', { rebuildId });
    const done = await operator.reaches(rebuildId, 'completed');
    expect(done.projections).toMatchObject([{ generation: made }]);
    await haveBeenDropped();
    expect(await statesOf('execution-status')).toContain(`${made} fixed`);
    const [found] = await app.database.sql<{ rows: number }>(
      `select count(*)::integer as rows from ${made}.execution_status`,
    );
    expect(found?.rows).toBe(done.projections[0]?.rows);
  });
});

describe('going back', () => {
  it('repoints a projection to the generation that is still warm', async () => {
    await begin();
    await operator.rebuild({ projections: ['roi-totals'] });
    await work(app.client, { executions: 5, calls: 3, prefix: 'later' });
    const back = await operator.issue('revert-projection', {
      projection: 'roi-totals',
      reason: 'to see that it works',
    });
    expect(back.status).toBe(200);
    await eventually('the first is live again', async () => {
      const states = (await generationsOf(app.database, 'roi-totals')).map(({ state }) => state);
      return JSON.stringify(states) === JSON.stringify(['live', 'warm']);
    });
    await expectExact(app.database);
  });

  it('is done once, also where it is asked for again by its key after another way was taken', async () => {
    await begin();
    await operator.rebuild({ projections: ['roi-totals'] });
    const revert = (key: string) =>
      operator.issue(
        'revert-projection',
        { projection: 'roi-totals', reason: 'to see' },
        { idempotencyKey: key },
      );
    const areNow = async (states: readonly string[]): Promise<true> => {
      const all = await generationsOf(app.database, 'roi-totals');
      expect(all.map(({ state }) => state)).toEqual(states);
      return true;
    };
    expect((await revert('back')).status).toBe(200);
    await eventually('the first is live again', () => areNow(['live', 'warm']));
    expect((await revert('forth')).status).toBe(200);
    await eventually('the second is live again', () => areNow(['warm', 'live']));
    expect((await revert('back')).body.duplicate).toBe(true);
    await areNow(['warm', 'live']);
    await expectExact(app.database);
  });

  it('is refused where nothing is warm', async () => {
    await begin();
    const answer = await operator.issue('revert-projection', {
      projection: 'roi-totals',
      reason: 'no way back',
    });
    expect(answer).toMatchObject({ status: 409, body: { code: 'nothing-warm' } });
  });

  it('is over with its time', async () => {
    await begin({ FLOWLEDGER_WARM_HOURS: '0.0000001' });
    await operator.rebuild({ projections: ['roi-totals'] });
    await eventually('the old one is dropped', async () => {
      const states = (await generationsOf(app.database, 'roi-totals')).map(({ state }) => state);
      return states.length === 1 && states[0] === 'live';
    });
    await expectExact(app.database);
  });
});

it('drops no generation that is live, should it have been told to', async () => {
  await begin();
  const [live] = await generationsOf(app.database, 'roi-totals');
  await app.get(Generations).drop([live?.id ?? ''], AbortSignal.abort());
  expect(await statesOf('roi-totals')).toEqual([`${live?.id ?? ''} live`]);
  await expectExact(app.database);
});

it('takes no generation live that is behind in one partition, however far it is in the others', async () => {
  await begin({ FLOWLEDGER_PARTS: 'api', KAFKA_PARTITIONS: '8' }); // nobody feeds them
  const projection = projections.find(({ name }) => name === 'roi-totals')!;
  const generations = app.get(Generations);
  const [live] = await generationsOf(app.database, 'roi-totals');
  const next = await generations.create(projection, 'filling', null);
  const move = (generation: string, from: number, position: number): Promise<unknown> =>
    app.database.sql(
      `update ops.partition_checkpoints set position = $3 where generation = $1 and partition >= $2`,
      [generation, from, position],
    );
  await generations.ask(addCheckpointsSql, [next.id, 8, 0]);
  await generations.feed(next.id);
  await move(live?.id ?? '', 0, 50);
  await move(live?.id ?? '', 7, 100); // as Kafka brings it: one is ahead of the others
  await move(next.id, 0, 60);
  const once = (): Promise<object> => app.get(CutOvers).once([{ projection, to: next.id }]);
  expect(await once()).toEqual({ kind: 'waits', why: `${next.id} is behind ${live?.id ?? ''}` });
  await move(next.id, 7, 100);
  expect(await once()).toMatchObject({
    kind: 'done',
    cutOvers: [{ from: live?.id, to: next.id, position: '60' }],
  });
  expect(await statesOf('roi-totals')).toEqual([`${live?.id ?? ''} warm`, `${next.id} live`]);
});

describeWithKafka('a rebuild of what is fed from Kafka', (bootstrap) => {
  it('joins the live one partition by partition while commands go on, and goes back', async () => {
    await begin(topicOn(bootstrap).env);
    const rebuildId = await operator.start({ projections: ['roi-totals', 'execution-status'] });
    await work(app.client, { executions: 10, calls: 5, prefix: 'meanwhile' });
    const { projections: parts } = await operator.reaches(rebuildId, 'completed');
    for (const { differences } of parts) {
      expect(differences).toEqual({ added: 0, missing: 0, changed: 0 });
    }
    await work(app.client, { executions: 5, calls: 3, prefix: 'later' });
    await expectExact(app.database);
    const back = await operator.issue('revert-projection', {
      projection: 'roi-totals',
      reason: 'to see that it works',
    });
    expect(back.status).toBe(200);
    await work(app.client, { executions: 2, calls: 2, prefix: 'at-last' });
    await expectExact(app.database);
    expect((await app.client.get('/v1/verify')).body).toMatchObject({ holds: true });
  });
});

describe('readers', () => {
  it('see no error and no mixture in 20 cutovers, by the API and by SQL', async () => {
    await begin();
    const totals = async (): Promise<[number, number]> => {
      const [row] = await app.database.sql<{ calls: string; rows: string }>(
        'select sum(calls)::text as calls, count(*)::text as rows from read.roi_totals',
      );
      return [Number(row?.calls), Number(row?.rows)];
    };
    const expected = await eventually('all calls', async () => {
      const found = await totals();
      return found[0] === 200 && found;
    });
    const over = new AbortController();
    const seen = { sql: 0, api: 0 };
    const bySql = async (): Promise<void> => {
      for (; !over.signal.aborted; seen.sql += 1) expect(await totals()).toEqual(expected);
    };
    const byApi = async (): Promise<void> => {
      for (; !over.signal.aborted; seen.api += 1) {
        const { status, body } = await app.client.get<{ rows: { calls: string }[] }>(
          '/v1/projections/roi-totals?groupBy=agent',
        );
        expect(status).toBe(200);
        expect(body.rows.reduce((sum, { calls }) => sum + Number(calls), 0)).toBe(200);
      }
    };
    const readers = [bySql(), byApi()].map((reading) =>
      reading.finally(() => {
        over.abort();
      }),
    );
    const haveSeenFew = (): boolean => !over.signal.aborted && Math.min(seen.sql, seen.api) <= 20;
    try {
      await operator.rebuild({ projections: ['roi-totals'] });
      for (let round = 0; round < 19 || haveSeenFew(); round += 1) {
        const before = (await generationsOf(app.database, 'roi-totals')).find(
          ({ state }) => state === 'live',
        );
        await operator.issue('revert-projection', { projection: 'roi-totals', reason: 'again' });
        await eventually('the other is live', async () => {
          const live = (await generationsOf(app.database, 'roi-totals')).find(
            ({ state }) => state === 'live',
          );
          return live?.id !== before?.id;
        });
      }
    } finally {
      over.abort();
      await Promise.all(readers);
    }
  });

  it('that take long hold up the cutover, and nobody else', async () => {
    await begin();
    const reader = await connect(app.database.url);
    try {
      await reader.query('begin');
      await reader.query('select count(*) from read.roi_totals');
      const rebuildId = await operator.start({ projections: ['roi-totals'] });
      await eventually('it waits', async () =>
        /readers/.test((await operator.progress(rebuildId)).fault ?? ''),
      );
      for (let read = 0; read < 10; read += 1) {
        expect(await app.database.sql('select count(*) from read.roi_totals')).toHaveLength(1);
        await pause(10); // over the rests between its attempts
      }
      await reader.query('commit');
      await operator.reaches(rebuildId, 'completed');
    } finally {
      await reader.end();
    }
  });
});

const versionOf = (name: string): number =>
  projections.find((projection) => projection.name === name)?.version ?? 0;
