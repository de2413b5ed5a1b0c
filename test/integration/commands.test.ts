import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Client } from '../harness/client';
import { positionOf } from '../harness/ledger-proof';

let app: TestApp;
let client: Client;
beforeAll(async () => {
  app = await startApp();
  ({ client } = app);
});
afterAll(() => app.stop());

let last = 0;
/** An execution of its own for a test, running. */
const running = async (): Promise<string> => {
  last += 1;
  const executionId = `e${String(last)}`;
  expect(await client.command('start-execution', { executionId })).toMatchObject({ status: 200 });
  return executionId;
};

const end = (): Promise<number> => positionOf(app.database);
const aUuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const callOf = (executionId: string, change: object = {}): object => ({
  executionId,
  agent: 'writer',
  model: 'gpt-4o',
  inputTokens: 1_000,
  outputTokens: 500,
  durationSeconds: 2.5,
  ...change,
});

describe('a command', () => {
  test('answers with what it led to', async () => {
    const { status, headers, body } = await client.command('start-execution', {
      executionId: 'first',
      topic: 'Ledgers',
    });
    expect(status).toBe(200);
    expect(headers.get('etag')).toBe('"1"');
    expect(body).toEqual({
      stream: 'execution-first',
      version: 1,
      position: body.events[0]?.position,
      events: [
        {
          eventId: expect.stringMatching(aUuid),
          type: 'ExecutionStarted',
          version: 1,
          position: expect.stringMatching(/^\d+$/),
          data: { flow: 'content', topic: 'Ledgers', agent: null, forkedFrom: null },
        },
      ],
      duplicate: false,
    });
    expect(body.position).toBe(String(await end()));
  });

  test('makes an id where none is given', async () => {
    const { body } = await client.command('start-execution', {});
    expect(body.stream.replace('execution-', '')).toMatch(aUuid);
  });

  test('that changes nothing answers with no events, at the stream’s version', async () => {
    const executionId = await running();
    const before = await end();
    const { status, headers, body } = await client.command('resume-execution', { executionId });
    expect({ status, body }).toMatchObject({ status: 200, body: { version: 1, events: [] } });
    expect(headers.get('etag')).toBe('"1"');
    expect(Number(body.position)).toBe(before);
    expect(await end()).toBe(before);
  });

  test('is recorded with everything known of it', async () => {
    const executionId = await running();
    const { body } = await client.command(
      'cancel-execution',
      { executionId, reason: 'no longer', occurredAt: '2026-01-08T23:32:15.550791+01:00' },
      { headers: { 'x-correlation-id': 'trace-1', 'x-deployment-id': 'd7' } },
    );
    const [row] = await app.database.sql(
      `select stream, version, event_id::text as "eventId", type, schema_version, data::text, deployment_id,
         correlation_id, causation_id, actor, occurred_at = timestamptz '2026-01-08 22:32:15.550791+00' as then,
         recorded_at > now() - interval '1 minute' as "justNow"
       from ledger.events where position = $1`,
      [body.position],
    );
    expect(row).toEqual({
      stream: `execution-${executionId}`,
      version: 2,
      eventId: body.events[0]?.eventId,
      type: 'ExecutionCancelled',
      schema_version: 1,
      data: '{"reason":"no longer"}',
      deployment_id: 'd7',
      correlation_id: 'trace-1',
      causation_id: null,
      actor: 'service',
      then: true,
      justNow: true,
    });
  });

  test('under no deployment of its own is recorded under the active one', async () => {
    const executionId = await running();
    const [row] = await app.database.sql(
      `select deployment_id from ledger.events where stream = $1`,
      [`execution-${executionId}`],
    );
    expect(row).toEqual({ deployment_id: 'initial' });
  });

  test('may have happened long before the one before it', async () => {
    const executionId = await running();
    const { status } = await client.command('record-llm-call', {
      ...callOf(executionId),
      occurredAt: '2015-01-01T00:00:00Z',
    });
    expect(status).toBe(200);
  });

  test('may have happened up to five minutes ahead of this clock', async () => {
    const executionId = await running();
    const soon = new Date(Date.now() + 4 * 60_000).toISOString();
    const { status } = await client.command('heartbeat-execution', {
      executionId,
      occurredAt: soon,
    });
    expect(status).toBe(200);
  });

  test('gives back the caller’s correlation id, or one of its own', async () => {
    const executionId = await running();
    const given = await client.command(
      'heartbeat-execution',
      { executionId },
      { headers: { 'x-correlation-id': 'mine' } },
    );
    expect(given.headers.get('x-correlation-id')).toBe('mine');
    const made = await client.command('heartbeat-execution', { executionId });
    expect(made.headers.get('x-correlation-id')).toMatch(/^[\w-]{8,128}$/);
    const unfit = await client.command(
      'heartbeat-execution',
      { executionId },
      { headers: { 'x-correlation-id': 'not an id' } },
    );
    expect(unfit.headers.get('x-correlation-id')).toMatch(/^[\w-]{8,128}$/);
  });
});

describe('a repeated command', () => {
  const once = { idempotencyKey: 'once' };

  test('with its key and body gets the first answer, and is not done again', async () => {
    const executionId = await running();
    const first = await client.command('record-llm-call', callOf(executionId), once);
    const before = await end();
    const again = await client.command('record-llm-call', callOf(executionId), once);
    expect(again).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } });
    expect(again.headers.get('etag')).toBe(first.headers.get('etag'));
    expect(await end()).toBe(before);
  });

  test('is recognised however its body is written', async () => {
    const executionId = await running();
    const key = { idempotencyKey: 'spelled' };
    const body = `{"executionId": "${executionId}", "reason": "x"}`;
    await client.command('pause-execution', body, key);
    const swapped = `{ "reason":"x", "executionId":"${executionId}" }`;
    const again = await client.command('pause-execution', swapped, key);
    expect(again.body.duplicate).toBe(true);
  });

  test('gets the first answer after the stream has moved on, too', async () => {
    const executionId = await running();
    const key = { idempotencyKey: 'early' };
    const first = await client.command('pause-execution', { executionId }, key);
    await client.command('cancel-execution', { executionId });
    const again = await client.command('pause-execution', { executionId }, key);
    expect(again).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } });
  });

  test('with another body is refused', async () => {
    const executionId = await running();
    const key = { idempotencyKey: 'other-body' };
    await client.command('record-llm-call', callOf(executionId), key);
    const before = await end();
    for (const [name, body] of [
      ['record-llm-call', callOf(executionId, { outputTokens: 501 })],
      ['heartbeat-execution', { executionId }],
      ['record-llm-call', callOf(await running())],
    ] as const) {
      const { status, body: problem } = await client.command(name, body, key);
      expect({ status, code: problem.code }).toEqual({
        status: 422,
        code: 'idempotency-key-reused',
      });
    }
    expect(await end()).toBe(before + 1); // the execution started just above
  });

  test('sent at the same time is done once', async () => {
    const executionId = await running();
    const before = await end();
    const key = { idempotencyKey: 'at-once' };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => client.command('record-llm-call', callOf(executionId), key)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(answers.filter(({ body }) => !body.duplicate)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => body.position)).size).toBe(1);
    expect(await end()).toBe(before + 1);
  });

  test('sent at the same time with different bodies is done for one of them', async () => {
    const executionId = await running();
    const before = await end();
    const key = { idempotencyKey: 'race' };
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, outputTokens) =>
        client.command('record-llm-call', callOf(executionId, { outputTokens }), key),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array<number>(9).fill(422),
    ]);
    expect(await end()).toBe(before + 1);
  });

  test('that was refused finds its key free', async () => {
    const executionId = await running();
    const key = { idempotencyKey: 'refused-first' };
    const early = { executionId, stage: 'editorial_review' };
    expect(await client.command('start-stage', early, key)).toMatchObject({ status: 409 });
    const right = { executionId, stage: 'discover_topics' };
    expect(await client.command('start-stage', right, key)).toMatchObject({
      status: 200,
      body: { duplicate: false },
    });
  });

  test('that found nothing to change says so again, even when there would be now', async () => {
    const executionId = await running();
    const key = { idempotencyKey: 'nothing' };
    const first = await client.command('resume-execution', { executionId }, key);
    expect(first.body).toMatchObject({ events: [], duplicate: false });
    await client.command('pause-execution', { executionId });
    const before = await end();
    const again = await client.command('resume-execution', { executionId }, key);
    expect(again).toMatchObject({ status: 200, body: { ...first.body, duplicate: true } });
    expect(await end()).toBe(before);
  });

  test('of another caller is another command', async () => {
    const executionId = await running();
    const key = { idempotencyKey: 'shared' };
    await client.command('heartbeat-execution', { executionId }, key);
    const other = await client.command(
      'heartbeat-execution',
      { executionId },
      { ...key, key: app.keys.operator },
    );
    expect(other.body).toMatchObject({ duplicate: false, version: 3 });
  });

  test('that makes its own id makes one', async () => {
    const key = { idempotencyKey: 'made-once' };
    const first = await client.command('start-execution', { topic: 'x' }, key);
    const again = await client.command('start-execution', { topic: 'x' }, key);
    expect(again.body).toEqual({ ...first.body, duplicate: true });
  });
});

describe('If-Match', () => {
  test('holds at the version of the stream', async () => {
    const executionId = await running();
    const answer = await client.command('pause-execution', { executionId }, { ifMatch: '"1"' });
    expect(answer).toMatchObject({ status: 200, body: { version: 2 } });
    expect(answer.headers.get('etag')).toBe('"2"');
  });

  test.each(['"0"', '"2"', '99'])('does not at %s, and says where it is', async (ifMatch) => {
    const executionId = await running();
    const { status, body } = await client.command('pause-execution', { executionId }, { ifMatch });
    expect({ status, code: body.code }).toEqual({ status: 412, code: 'version-mismatch' });
    expect(body.detail).toMatch(/is at version 1, not at/);
  });

  test('of what is not there yet is version 0', async () => {
    const answer = await client.command(
      'start-execution',
      { executionId: 'new' },
      { ifMatch: '"0"' },
    );
    expect(answer.status).toBe(200);
    const late = await client.command(
      'start-execution',
      { executionId: 'new' },
      { ifMatch: '"0"' },
    );
    expect(late.status).toBe(412);
  });

  test('lets one of many that saw the same through', async () => {
    const executionId = await running();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        client.command('heartbeat-execution', { executionId }, { ifMatch: '"1"' }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([
      200,
      ...Array<number>(19).fill(412),
    ]);
  });

  test('that is no version is malformed', async () => {
    const executionId = await running();
    for (const ifMatch of ['*', 'W/"1"', '"1", "2"', '"-1"']) {
      const { status, body } = await client.command(
        'pause-execution',
        { executionId },
        { ifMatch },
      );
      expect({ status, code: body.code }).toEqual({ status: 400, code: 'malformed' });
    }
  });
});

describe('what is not there', () => {
  test.each(['cancel-execution', 'heartbeat-execution', 'complete-execution', 'publish-article'])(
    '%s of an unknown execution is 404',
    async (name) => {
      const { status, body } = await client.command(name, { executionId: 'nobody' });
      expect({ status, code: body.code }).toEqual({ status: 404, code: 'stream-unknown' });
      expect(body.detail).toBe('there is no execution nobody');
    },
  );

  test('a call of an unknown execution is 404', async () => {
    expect(await client.command('record-llm-call', callOf('nobody'))).toMatchObject({
      status: 404,
      body: { code: 'stream-unknown' },
    });
  });

  test('a fork of an unknown execution is 404, and of a known one is not', async () => {
    const forkedFrom = 'nobody';
    const refused = await client.command('start-execution', { executionId: 'fork', forkedFrom });
    expect(refused).toMatchObject({ status: 404, body: { code: 'stream-unknown' } });
    const known = { executionId: 'fork', forkedFrom: await running() };
    expect(await client.command('start-execution', known)).toMatchObject({
      status: 200,
      body: { events: [{ data: { forkedFrom: known.forkedFrom } }] },
    });
  });

  test('an unknown command is 404, and the nearest is offered', async () => {
    const { status, body } = await client.command('start-executoin', {});
    expect({ status, code: body.code }).toEqual({ status: 404, code: 'command-unknown' });
    expect(body.detail).toContain('did you mean start-execution?');
  });

  test('an unknown route is 404', async () => {
    expect(await client.get('/v2/commands')).toMatchObject({
      status: 404,
      body: { code: 'not-found' },
    });
  });
});

describe('refused by a rule', () => {
  const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };

  test.each([
    ['execution-already-started', 'start-execution', {}, []],
    ['flow-unknown', 'start-execution', { executionId: 'unflowed', flow: 'nope' }, []],
    ['stage-unknown', 'start-stage', { stage: 'nope' }, []],
    ['stage-out-of-order', 'start-stage', { stage: 'quality_gate' }, []],
    ['execution-paused', 'start-stage', { stage: 'discover_topics' }, [['pause-execution', {}]]],
    ['execution-ended', 'pause-execution', {}, [['cancel-execution', {}]]],
    ['execution-ended', 'complete-execution', {}, [['fail-execution', {}]]],
    ['quality-not-passed', 'publish-article', {}, []],
    [
      'article-already-published',
      'score-quality',
      { score: 1, gates },
      [
        ['score-quality', { score: 9, gates }],
        ['publish-article', {}],
      ],
    ],
  ] as const)('%s: %s', async (code, name, fields, before) => {
    const executionId = await running();
    for (const [earlier, more] of before) {
      expect(await client.command(earlier, { executionId, ...more })).toMatchObject({
        status: 200,
      });
    }
    const stood = await end();
    const { status, headers, body } = await client.command(name, { executionId, ...fields });
    expect(status).toBe(409);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toEqual({
      type: `urn:flowledger:problem:${code}`,
      title: 'Refused by a rule',
      status: 409,
      code,
      detail: expect.stringMatching(/\w{3}/),
      correlationId: headers.get('x-correlation-id'),
    });
    expect(await end()).toBe(stood);
  });

  test('execution-not-started: work on what is only queued', async () => {
    await client.command('queue-execution', { executionId: 'later' });
    const work = { executionId: 'later', stage: 'discover_topics' };
    expect(await client.command('start-stage', work)).toMatchObject({
      status: 409,
      body: { code: 'execution-not-started' },
    });
    expect(await client.command('start-execution', { executionId: 'later' })).toMatchObject({
      status: 200,
      body: { version: 2 },
    });
  });
});

test('a whole run of the content flow, with a revision, is told as it went', async () => {
  const executionId = await running();
  const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };
  const does = async (name: string, fields: object = {}): Promise<readonly unknown[]> => {
    const { status, body } = await client.command(name, { executionId, ...fields });
    expect([name, fields, status]).toEqual([name, fields, 200]);
    return body.events.map(({ data }) => data);
  };
  const runs = async (stage: string): Promise<void> => {
    await does('start-stage', { stage });
    await does('complete-stage', { stage });
  };
  await runs('discover_topics');
  await runs('editorial_review');
  await does('start-stage', { stage: 'generate_content' });
  for (const step of ['research', 'write', 'graphics']) await runs(step);
  await does('complete-stage', { stage: 'generate_content' });
  await runs('quality_gate');
  expect(await does('score-quality', { score: 7, gates })).toMatchObject([
    { decision: 'revise', revisions: 1 },
  ]);
  expect(await does('start-stage', { stage: 'generate_content' })).toMatchObject([
    { attempt: 2, reopens: ['research', 'write', 'graphics', 'quality_gate'] },
  ]);
  await runs('write');
  await does('complete-stage', { stage: 'generate_content' });
  await runs('quality_gate');
  expect(await does('score-quality', { score: 8, gates })).toMatchObject([{ decision: 'publish' }]);
  await does('publish-article', { url: 'https://example.org/a' });
  await does('complete-execution');
  await does('record-llm-call', callOf(executionId, { costUsd: 0.0075 }));
});
