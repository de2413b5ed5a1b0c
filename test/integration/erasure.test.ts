/* Sealing what is personal, and forgetting persons, over HTTP and in everything that is stored. */
import { eventsVerb } from '../../scripts/events';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Accepted, Answer, Problem } from '../harness/client';
import { freshDatabase } from '../harness/database';
import { deployerOf } from '../harness/deployments';
import type { Deployer } from '../harness/deployments';
import { eventually } from '../harness/eventually';
import { healthBecomes } from '../harness/health';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import { proveLedger } from '../harness/ledger-proof';
import { operatorOf } from '../harness/rebuilds';
import { expectExact } from '../harness/read-models';
import { tablesWith } from '../harness/stored-texts';
import { leadingTo, runVerb } from './run-verb';

jest.setTimeout(240_000);

const annKey = 'operator-key-of-ann-for-tests-01';
const colleagueKey = 'operator-key-of-a-colleague-002';
const moreKeys = [
  { role: 'operator', name: 'ann', secret: annKey },
  { role: 'operator', name: 'colleague', secret: colleagueKey },
] as const;

/** In everything personal that is said here, and in nothing else. */
const marker = 'Querzeichen';
const forgotten = '[forgotten]';

type Forgetting = Answer<Accepted & Problem & { readonly effects?: { keysDestroyed: number } }>;
type Row = Readonly<Record<string, unknown>>;

const forget = (app: TestApp, subject: string, idempotencyKey?: string): Promise<Forgetting> =>
  app.client.command(
    'forget-subject',
    { subject, reason: 'case 17' },
    { key: app.keys.operator, ...(idempotencyKey === undefined ? {} : { idempotencyKey }) },
  );

/** A deployment that ann judges, and an execution about a reader of ours. */
const speak = async (app: TestApp): Promise<void> => {
  const ann: Deployer = deployerOf(app.client, annKey);
  const service: Deployer = deployerOf(app.client, app.keys.service);
  const plan = { version: '1', checklist: [], requiredSignOffs: ['quality'], requiredGates: [] };
  const { body } = await ann.take([
    'plan-deployment',
    { deploymentId: 'd7', ...plan, notes: `notes ${marker}` },
  ]);
  const contentHash = body.events.at(-1)?.data['contentHash'];
  const signOff = { deploymentId: 'd7', role: 'quality', verdict: 'approved', contentHash };
  const call = { executionId: 'e7', agent: 'writer', model: 'gpt-4o', durationSeconds: 1 };
  await ann.take(
    ['sign-off', { ...signOff, comment: `well done, ${marker} "Jürgen"` }],
    ['decide-deployment', { deploymentId: 'd7', verdict: 'go', reason: `go ${marker}` }],
  );
  await service.take(
    ['start-execution', { executionId: 'e7', topic: `on ${marker}`, subject: 'reader-9' }],
    [
      'record-llm-call',
      {
        ...call,
        inputTokens: 10,
        outputTokens: 1,
        subject: 'reader-9',
        metadata: { prompt: { of: marker }, tries: 2 },
      },
    ],
    ['start-execution', { executionId: 'e8', topic: 'about nobody' }],
  );
};

const rowOf = async (app: TestApp, path: string): Promise<Row> => {
  await expectExact(app.database);
  return eventually(path, async () => {
    const { status, body } = await app.client.get<{ row: Row }>(`/v1/projections/${path}`);
    if (status === 503) throw new Error(JSON.stringify(body)); // a past moment is being built
    return body.row;
  });
};

const dataOf = async (app: TestApp, stream: string, query = ''): Promise<Row[]> => {
  const { body } = await app.client.get<{ events: { data: Row }[] }>(
    `/v1/streams/${stream}${query}`,
  );
  return body.events.map(({ data }) => data);
};

/** Whether everything that is stored can be proven, and what sums come to. */
const proof = async (app: TestApp): Promise<ReadonlyMap<string, string>> => {
  await expectExact(app.database);
  await proveLedger(app.database);
  const { body } = await app.client.get<{
    holds: boolean;
    projections: { projection: string; contentHash: string }[];
  }>('/v1/verify');
  expect(body.holds).toBe(true);
  return new Map(body.projections.map((one) => [one.projection, one.contentHash]));
};

describe('what is personal', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await startApp({ moreKeys });
    await speak(app);
  });
  afterEach(() => app.stop());

  it('is in nothing that is stored, and plain to whoever reads', async () => {
    await expectExact(app.database);
    expect(await tablesWith(app.database, [marker])).toEqual([]);
    expect(await tablesWith(app.database, ['about nobody'])).toContain('ledger.events_1');

    const deployment = await rowOf(app, 'deployments/d7');
    expect(deployment).toMatchObject({
      notes: `notes ${marker}`,
      signOffs: [{ comment: `well done, ${marker} "Jürgen"`, by: 'ann' }],
      decision: { reason: `go ${marker}`, by: 'ann' },
    });
    expect(JSON.stringify(deployment['timeline'])).toContain(
      `quality has approved: well done, ${marker} \\"Jürgen\\"`,
    );
    expect(await rowOf(app, 'execution-status/e7')).toMatchObject({ topic: `on ${marker}` });
    expect(await dataOf(app, 'execution-e7')).toMatchObject([
      { topic: `on ${marker}`, subject: 'reader-9' },
      { metadata: { prompt: { of: marker }, tries: 2 } },
    ]);
    const { body: page } = await app.client.get('/v1/events?streams=execution-e7');
    expect(JSON.stringify(page)).toContain(marker);
    const report = await app.client.get<string>('/v1/deployments/d7/report', {
      accept: 'text/markdown',
    });
    expect(report.body).toContain(marker);
    const csv = await app.client.get<string>('/v1/projections/execution-status', {
      accept: 'text/csv',
    });
    expect(csv.body).toContain(`on ${marker}`);
  });

  const positionOfCall = async (): Promise<string> => {
    const { body } = await app.client.get<{ events: { position: string }[] }>(
      '/v1/events?types=LlmCallRecorded',
    );
    return body.events[0]?.position ?? '';
  };

  it('is as it was recorded for whoever asks for that', async () => {
    const [started, called] = await dataOf(app, 'execution-e7', '?sealed=true');
    const sealed = (place: string): RegExp =>
      new RegExp(`^\\{sealed/1/reader-9/0/${place}/[A-Za-z0-9_-]+\\}$`);
    expect(started?.['topic']).toMatch(sealed('ExecutionStarted\\.topic'));
    expect(called?.['metadata']).toEqual({
      sealed: expect.stringMatching(sealed('LlmCallRecorded\\.metadata')) as unknown,
    });
    const { body: one } = await app.client.get<{ position: string; data: Row }>(
      `/v1/events/${await positionOfCall()}?sealed=true`,
    );
    expect(one.data['metadata']).toEqual(called?.['metadata']);
    const plain = await app.client.get<{ data: Row }>(`/v1/events/${one.position}?sealed=false`);
    expect(plain.body.data['metadata']).toMatchObject({ tries: 2 });
    const exported = await runVerb(eventsVerb, [], leadingTo(app, 'analyst'));
    expect(exported.status).toBe(0);
    expect(exported.out).toContain('{sealed/1/ann/0/DeploymentSignedOff.comment/');
    expect(exported.out).not.toContain(marker);
    const wrong = await app.client.get<Problem>('/v1/streams/execution-e7?sealed=perhaps');
    expect(wrong.body.errors).toEqual([{ path: 'sealed', message: 'is true or false' }]);
  });

  it('comes back plain when a command is repeated, until it is forgotten', async () => {
    const start = { executionId: 'e9', topic: `on ${marker}`, subject: 'reader-9' };
    const repeat = (): Promise<Answer<Accepted & Problem>> =>
      app.client.command('start-execution', start, { idempotencyKey: 'once' });
    const first = await repeat();
    expect(first.body.events[0]?.data).toMatchObject({ topic: `on ${marker}` });
    expect((await repeat()).body).toEqual({ ...first.body, duplicate: true });
    await forget(app, 'reader-9');
    expect((await repeat()).body.events[0]?.data).toMatchObject({ topic: forgotten });
    const other = { ...start, topic: 'another' };
    const answer = await app.client.command('start-execution', other, { idempotencyKey: 'once' });
    expect(answer.status).toBe(422);
  });

  it('is forgotten by every reader at once, also after a rebuild, and no sum changes', async () => {
    const before = await proof(app);
    const { body: end } = await app.client.get<{ position: string }>(
      '/v1/projections/execution-status/e7',
    );
    const { status, body } = await forget(app, 'ann');
    expect(status).toBe(200);
    expect(body.effects).toEqual({ keysDestroyed: 1 });
    await forget(app, 'reader-9');

    const shown = async (): Promise<void> => {
      const deployment = await rowOf(app, 'deployments/d7');
      expect(deployment).toMatchObject({
        notes: forgotten,
        signOffs: [{ comment: forgotten, by: 'ann', verdict: 'approved' }],
        decision: { reason: forgotten, verdict: 'go' },
      });
      expect(JSON.stringify(deployment['timeline'])).toContain(
        `quality has approved: ${forgotten}`,
      );
      expect(await rowOf(app, 'execution-status/e7')).toMatchObject({ topic: forgotten });
      expect(await rowOf(app, 'execution-status/e8')).toMatchObject({ topic: 'about nobody' });
      expect(await rowOf(app, `execution-status/e7?asOf=${end.position}`)).toMatchObject({
        topic: forgotten,
      });
      expect(await dataOf(app, 'execution-e7')).toMatchObject([
        { topic: forgotten, subject: 'reader-9' },
        { metadata: { forgotten: true }, inputTokens: 10 },
      ]);
    };
    await shown();

    const operator = operatorOf(app.client, app.keys.operator);
    const every = [...before.keys()];
    const { projections } = await operator.rebuild({ projections: every, cutover: 'auto' });
    for (const { differences } of projections) {
      expect(differences).toMatchObject({ added: 0, missing: 0, changed: 0 });
    }
    await shown();
    const after = await proof(app);
    // Those that tell of the forgetting, and of the rebuild.
    const changed = every.filter((name) => after.get(name) !== before.get(name));
    expect(changed.sort()).toEqual(['rebuilds', 'subjects']);
    expect(await tablesWith(app.database, [marker])).toEqual([]);
  });

  it('waits for its key without letting what comes behind it pass', async () => {
    const signOff = { role: 'quality', verdict: 'approved', comment: `fine, ${marker}` };
    const plan = { version: '2', checklist: [], requiredSignOffs: ['quality'], requiredGates: [] };
    const key = app.keys.operator; // of somebody who has not said anything yet
    const planned = await app.client.command(
      'plan-deployment',
      { deploymentId: 'd8', ...plan },
      { key },
    );
    const contentHash = planned.body.events.at(-1)?.data['contentHash'];
    const { body } = await app.client.bulk(
      [
        { command: 'sign-off', data: { deploymentId: 'd8', contentHash, ...signOff } },
        {
          command: 'decide-deployment',
          data: { deploymentId: 'd8', verdict: 'go', reason: `as agreed, ${marker}` },
        },
        { command: 'stage-deployment', data: { deploymentId: 'd8' } },
      ],
      { key },
    );
    expect(body.map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  it('is repeated by a later decision as it was sealed, and forgotten there as well', async () => {
    const deploymentId = 'd8';
    const plan = { version: '2', checklist: [], requiredSignOffs: ['quality'], requiredGates: [] };
    const ann = deployerOf(app.client, annKey);
    const other = deployerOf(app.client, app.keys.operator);
    const go = { deploymentId, verdict: 'go', override: true };
    const colleague = deployerOf(app.client, colleagueKey);
    await other.take(['plan-deployment', { deploymentId, ...plan }]);
    await ann.take(['decide-deployment', { ...go, reason: `urgent, ${marker}` }]);
    await forget(app, 'ann');
    await colleague.take(['decide-deployment', { ...go, reason: `agreed, ${marker}` }]);
    expect(await rowOf(app, 'deployments/d8')).toMatchObject({
      decision: {
        reason: `agreed, ${marker}`,
        override: { requestedBy: 'ann', reason: forgotten },
      },
    });
    expect(await tablesWith(app.database, [marker])).toEqual([]);
  });

  it('is listed by whose it is, without what it is', async () => {
    await forget(app, 'ann');
    await expectExact(app.database);
    const { body } = await app.client.get<{ rows: Row[] }>('/v1/projections/subjects');
    expect(body.rows).toMatchObject([
      { subject: 'ann', events: '3', plainEvents: '0', forgettings: '1', forgottenBy: 'operator' },
      { subject: 'reader-9', events: '2', forgettings: '0', forgottenAt: null, forgottenBy: null },
    ]);
    expect(JSON.stringify(body)).not.toContain(marker);
  });

  it('is sealed by another key once somebody who was forgotten comes back', async () => {
    await forget(app, 'reader-9');
    const back = { executionId: 'e9', topic: `again ${marker}`, subject: 'reader-9' };
    await app.client.command('start-execution', back);
    expect(await rowOf(app, 'execution-status/e9')).toMatchObject({ topic: `again ${marker}` });
    expect(await rowOf(app, 'execution-status/e7')).toMatchObject({ topic: forgotten });
    const [sealed] = await dataOf(app, 'execution-e9', '?sealed=true');
    expect(sealed?.['topic']).toMatch(/^\{sealed\/1\/reader-9\/1\//);
    const { body } = await forget(app, 'reader-9');
    expect(body.effects).toEqual({ keysDestroyed: 1 });
    expect(await rowOf(app, 'execution-status/e9')).toMatchObject({ topic: forgotten });
  });

  it('stays what it is where another stream, or a text of somebody else, has the same ciphertext', async () => {
    const [sealed] = await dataOf(app, 'execution-e7', '?sealed=true');
    const topic = String(sealed?.['topic']);
    await app.client.command('start-execution', { executionId: 'thief', topic });
    expect(await rowOf(app, 'execution-status/thief')).toMatchObject({ topic });
  });
});

describe('forgetting', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await startApp({ moreKeys });
  });
  afterEach(() => app.stop());

  it('is refused of persons of whom nothing is known', async () => {
    const { status, body } = await forget(app, 'nobody');
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'subject-unknown' });
    expect(await app.database.sql('select from personal.keys')).toEqual([]);
  });

  it('is for operators, and needs a reason', async () => {
    const body = { subject: 'ann', reason: ' ' };
    expect((await app.client.command('forget-subject', body)).status).toBe(403);
    const { key } = { key: app.keys.operator };
    expect((await app.client.command('forget-subject', body, { key })).status).toBe(400);
  });

  it('changes nothing the second time', async () => {
    await speak(app);
    const first = await forget(app, 'ann', 'once');
    expect(first.body.events).toMatchObject([
      { type: 'SubjectForgotten', data: { reason: 'case 17', key: 0 } },
    ]);
    const repeated = await forget(app, 'ann', 'once');
    expect(repeated.body).toMatchObject({ duplicate: true, position: first.body.position });
    const { status, body } = await forget(app, 'ann');
    expect({ status, events: body.events }).toEqual({ status: 200, events: [] });
    expect(body.effects).toEqual({ keysDestroyed: 0 });
  });
});

describe('more than one process', () => {
  it('lets nobody forget between a decision and its record: what is acknowledged later can be read', async () => {
    const database = await freshDatabase();
    const app = await startApp({ database, moreKeys });
    const other = await startApp({ database, moreKeys });
    const rounds = 30;
    const acknowledged: { readonly id: string; readonly position: bigint }[] = [];
    const forgettings: bigint[] = [];
    const begin = async (index: number): Promise<void> => {
      const id = `x${String(index)}`;
      const body = { executionId: id, topic: id, subject: 'reader-9' };
      const { status, body: answer } = await app.client.command('start-execution', body);
      expect(status).toBe(200);
      acknowledged.push({ id, position: BigInt(answer.position) });
    };
    await begin(0);
    for (let round = 1; round < rounds; round += 1) {
      const [forgetting] = await Promise.all([
        forget(other, 'reader-9'),
        begin(3 * round),
        begin(3 * round + 1),
        begin(3 * round + 2),
      ]);
      expect(forgetting.status).toBe(200);
      if (forgetting.body.events.length > 0) forgettings.push(BigInt(forgetting.body.position));
    }
    expect(forgettings.length).toBeGreaterThan(0);
    const last = forgettings.reduce((most, one) => (one > most ? one : most));
    await expectExact(app.database);
    const { body } = await app.client.get<{ rows: { executionId: string; topic: string }[] }>(
      '/v1/projections/execution-status?limit=1000',
    );
    const shown = new Map(body.rows.map(({ executionId, topic }) => [executionId, topic]));
    const expected = acknowledged.map(
      ({ id, position }) => [id, position > last ? id : forgotten] as const,
    );
    expect(shown).toEqual(new Map(expected));
    await app.stop();
    await other.stop();
    await database.drop();
  });

  it('forgets whom another one forgot, and seals by the next key', async () => {
    const database = await freshDatabase();
    const one = await startApp({ database, moreKeys });
    const other = await startApp({ database, moreKeys });
    await speak(one);
    expect(await rowOf(other, 'execution-status/e7')).toMatchObject({ topic: `on ${marker}` });
    await forget(other, 'reader-9');
    expect(await rowOf(one, 'execution-status/e7')).toMatchObject({ topic: forgotten });
    const back = { executionId: 'e9', topic: `again ${marker}`, subject: 'reader-9' };
    await one.client.command('start-execution', back);
    expect(await rowOf(other, 'execution-status/e9')).toMatchObject({ topic: `again ${marker}` });
    await one.stop();
    await other.stop();
    await database.drop();
  });
});

describe('a master key', () => {
  const keyOf = (byte: number): string => Buffer.alloc(32, byte).toString('base64');

  it('is changed by giving the next one first: then the former can go', async () => {
    const database = await freshDatabase();
    const begin = (masterKeys: readonly string[]): Promise<TestApp> =>
      startApp({ database, moreKeys, masterKeys });
    const mastersOf = async (): Promise<string[]> =>
      (await database.sql<{ master: string }>('select distinct master from personal.keys')).map(
        ({ master }) => master,
      );
    let app = await begin([keyOf(1)]);
    await speak(app);
    const [former] = await mastersOf();
    await app.stop();

    app = await begin([keyOf(2), keyOf(1)]);
    expect(await rowOf(app, 'execution-status/e7')).toMatchObject({ topic: `on ${marker}` });
    await eventually('every key wrapped by the next', async () => {
      const masters = await mastersOf();
      return masters.length === 1 && masters[0] !== former;
    });
    await app.stop();

    app = await begin([keyOf(2)]);
    expect(await rowOf(app, 'execution-status/e7')).toMatchObject({ topic: `on ${marker}` });
    await app.stop();
    await database.drop();
  });

  it('is changed for all keys but one that is damaged, which is named until it is gone', async () => {
    const database = await freshDatabase();
    const before = await startApp({ database, moreKeys, masterKeys: [keyOf(1)] });
    await speak(before);
    await before.stop();
    await database.sql(
      `insert into personal.keys (subject, generation, master, wrapped)
       select 'a-reader', 0, master, 'not a key' from personal.keys limit 1`,
    );
    const app = await startApp({ database, moreKeys, masterKeys: [keyOf(2), keyOf(1)] });
    await eventually('all others wrapped by the next', async () => {
      const rows = await database.sql<{ subjects: string[] }>(
        'select array_agg(subject) as subjects from personal.keys group by master',
      );
      const left = rows.find(({ subjects }) => subjects.includes('a-reader'));
      return rows.length === 2 && left?.subjects.length === 1;
    });
    const becomes = (state: object): Promise<unknown> =>
      healthBecomes(app.client, '/health/flow', { checks: { 'personal-keys': state } });
    await becomes({
      status: 'degraded',
      detail: 'keys that their master key does not open are damaged: a-reader/0',
    });
    await database.sql(`delete from personal.keys where subject = 'a-reader'`);
    await becomes({ status: 'healthy' });
    await app.stop();
    await database.drop();
  });

  it('that is not known leaves everything sealed, refuses to seal, and is told of', async () => {
    const database = await freshDatabase();
    const app = await startApp({ database, moreKeys });
    await speak(app);
    await app.stop();
    const without = await startApp({ database, moreKeys, masterKeys: [keyOf(3)] });
    const row = await rowOf(without, 'execution-status/e7');
    expect(row['topic']).toMatch(/^\{sealed\/1\/reader-9\//);
    const more = { executionId: 'e9', topic: 'more', subject: 'reader-9' };
    const { status, body } = await without.client.command('start-execution', more);
    expect({ status, code: body.code }).toEqual({ status: 503, code: 'master-key-unknown' });
    const detail = expect.stringMatching(
      /^keys are wrapped by master keys that this server does not have: [0-9a-f]{16}$/,
    ) as unknown;
    await healthBecomes(without.client, '/health/flow', {
      checks: { 'personal-keys': { status: 'degraded', detail } },
    });
    await without.stop();
    await database.drop();
  });
});

describeWithKafka('what is personal, through Kafka', (bootstrap) => {
  it('is on no topic, is proven there, and is forgotten', async () => {
    const topic = topicOn(bootstrap);
    const app = await startApp({ env: topic.env, moreKeys });
    await speak(app);
    const before = await proof(app);
    const copy = topicOn(bootstrap);
    const replay = { replayId: 'copy', topic: copy.name };
    await app.client.command('start-replay', replay, { key: app.keys.operator });
    await eventually('the replay done', async () => {
      const { body } = await app.client.get<{ state: string }>('/v1/replays/copy');
      return body.state === 'completed';
    });
    await forget(app, 'reader-9');
    await forget(app, 'ann');
    expect(await rowOf(app, 'execution-status/e7')).toMatchObject({ topic: forgotten });
    const after = await proof(app);
    expect(after.get('roi-totals')).toBe(before.get('roi-totals'));
    for (const each of [topic, copy]) {
      const texts = (await each.messages()).map(({ value }) => String(value));
      expect(texts.filter((text) => text.includes(marker))).toEqual([]);
      expect(texts.filter((text) => text.includes('{sealed/1/reader-9/0/')).length).toBe(2);
    }
    expect(await tablesWith(app.database, [marker])).toEqual([]);
    await app.stop();
  });
});
