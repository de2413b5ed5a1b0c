import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Client, LineAnswer } from '../harness/client';
import { eventually } from '../harness/eventually';
import { positionOf, proveLedger } from '../harness/ledger-proof';

let app: TestApp;
let client: Client;
beforeAll(async () => {
  app = await startApp({ env: { FLOWLEDGER_PARTS: 'api' } });
  ({ client } = app);
});
afterAll(() => app.stop());

const start = (executionId: string): object => ({
  command: 'start-execution',
  data: { executionId },
});
const beat = (executionId: string): object => ({
  command: 'heartbeat-execution',
  data: { executionId },
});

const parsed = (body: string): LineAnswer[] =>
  body
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as LineAnswer);

/** A bulk request whose body and answer the test handles itself. */
const open = (headers: Record<string, string> = {}): ClientRequest =>
  request(`${app.url}/v1/commands`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.keys.service}`,
      'content-type': 'application/x-ndjson',
      ...headers,
    },
  });

const unforeseen = (): string[] =>
  app.logs.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);

describe('a stream of commands', () => {
  test('is answered line by line, in order, each with its own outcome', async () => {
    const { status, headers, body } = await client.bulk([
      start('a'),
      { command: 'start-stage', data: { executionId: 'a', stage: 'discover_topics' } },
      '{"command": "start-execution", ',
      { command: 'start-execution', data: { executionId: 'a' } },
      { command: 'start-executoin', data: {} },
      beat('nobody'),
      { command: 'heartbeat-execution', data: { execution_id: 'a' } },
      {
        command: 'time-out-execution',
        data: { executionId: 'a', silentSince: '2026-01-08T22:32:15Z' },
      },
      { command: 'complete-stage', data: { executionId: 'a', stage: 'discover_topics' } },
    ]);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8');
    expect(
      body.map(({ line, status: outcome, problem }) => [line, outcome, problem?.code]),
    ).toEqual([
      [1, 200, undefined],
      [2, 200, undefined],
      [3, 400, 'malformed'],
      [4, 409, 'execution-already-started'],
      [5, 404, 'command-unknown'],
      [6, 404, 'stream-unknown'],
      [7, 400, 'malformed'],
      [8, 403, 'forbidden'],
      [9, 200, undefined],
    ]);
    const end = await positionOf(app.database);
    expect(body.map(({ position }) => position)).toEqual([
      String(end - 2),
      String(end - 1),
      ...Array<undefined>(6).fill(undefined),
      String(end),
    ]);
    expect(body[6]?.problem?.errors).toEqual(
      expect.arrayContaining([
        { path: 'execution_id', message: 'unknown field, did you mean executionId?' },
      ]),
    );
    expect(body[6]?.problem?.correlationId).toBe(headers.get('x-correlation-id'));
  });

  test('counts blank lines, and takes them for no command', async () => {
    const { body } = await client.bulk(['', start('b'), '', '\r', beat('b'), '']);
    expect(body.map(({ line, status }) => [line, status])).toEqual([
      [2, 200],
      [5, 200],
    ]);
  });

  test('may be empty', async () => {
    expect(await client.bulk([])).toMatchObject({ status: 200, body: [] });
  });

  test('may begin with a byte order mark', async () => {
    const { body } = await client.bulk([`\uFEFF${JSON.stringify(start('bom'))}`, beat('bom')]);
    expect(body.map(({ status }) => status)).toEqual([200, 200]);
  });

  test('needs no line end behind its last line', async () => {
    const body = JSON.stringify(start('c'));
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await client.command<string>('', body, { headers });
    expect(parsed(answer.body)).toMatchObject([{ line: 1, status: 200 }]);
  });

  test('may have line ends of two characters', async () => {
    const { body } = await client.bulk([`${JSON.stringify(start('crlf'))}\r`]);
    expect(body).toMatchObject([{ line: 1, status: 200 }]);
  });

  test('knows the keys of repeated lines, within it and from before', async () => {
    const line = { ...start('d'), idempotencyKey: 'bulk-d' };
    const other = { ...start('d2'), idempotencyKey: 'bulk-d' };
    const { body } = await client.bulk([line, line, other]);
    expect(body).toMatchObject([
      { status: 200 },
      { status: 200, duplicate: true, position: body[0]?.position },
      { status: 422, problem: { code: 'idempotency-key-reused' } },
    ]);
    expect(body[0]).not.toHaveProperty('duplicate');
    const again = await client.bulk([line]);
    expect(again.body).toEqual([{ ...body[0], duplicate: true }]);
  });

  test('takes expected versions, as a number or as a header would say it', async () => {
    const { body } = await client.bulk([
      start('e'),
      { ...beat('e'), ifMatch: '"1"' },
      { ...beat('e'), ifMatch: 2 },
      { ...beat('e'), ifMatch: 2 },
      { ...beat('e'), ifMatch: '*' },
    ]);
    expect(body.map(({ status }) => status)).toEqual([200, 200, 200, 412, 400]);
  });

  test('records all of it under the headers of the request', async () => {
    const headers = { 'x-deployment-id': 'd9', 'x-correlation-id': 'import-7' };
    await client.bulk([start('f'), beat('f')], { headers });
    const rows = await app.database.sql(
      `select distinct deployment_id, correlation_id from ledger.events where stream = 'execution-f'`,
    );
    expect(rows).toEqual([{ deployment_id: 'd9', correlation_id: 'import-7' }]);
  });

  test('can be repeated as it is under a key of the whole: no line is taken twice', async () => {
    const lines = [start('key'), '', beat('key'), { ...beat('key'), idempotencyKey: 'its-own' }];
    const send = () => client.bulk(lines, { idempotencyKey: 'once' });
    const first = await send();
    expect(first.body.map(({ status }) => status)).toEqual([200, 200, 200]);
    const before = await positionOf(app.database);
    const again = await send();
    expect(again.body).toEqual(first.body.map((answer) => ({ ...answer, duplicate: true })));
    expect(await positionOf(app.database)).toBe(before);
    const other = await client.bulk([start('another')], { idempotencyKey: 'once' });
    expect(other.body).toMatchObject([
      { status: 422, problem: { code: 'idempotency-key-reused' } },
    ]);
  });

  test('takes no version for all of it, which would hold for one', async () => {
    const before = await positionOf(app.database);
    const { status, body } = await client.bulk([start('k')], { ifMatch: '"1"' });
    const detail = 'If-Match: is said on each line here, as ifMatch';
    expect([status, body]).toMatchObject([400, { code: 'malformed', detail }]);
    expect(await positionOf(app.database)).toBe(before);
  });

  test.each([
    ['no object', '[]', /expected object/],
    ['no command', '{"data": {}}', /command: is required/],
    ['no data', '{"command": "start-execution"}', /^data: is required$/],
    [
      'a field nobody knows',
      '{"command": "x", "data": {}, "idempotency_key": "k"}',
      /idempotencyKey/,
    ],
    [
      'a key that is none',
      '{"command": "start-execution", "data": {}, "idempotencyKey": ""}',
      /^idempotencyKey: is 1 to 256/,
    ],
    [
      'a version that is none',
      '{"command": "start-execution", "data": {}, "ifMatch": null}',
      /^ifMatch: .* such as "3"$/,
    ],
    [
      'faults around its data and in it',
      '{"command": "start-execution", "data": {"tpoic": ""}, "idempotencyKey": "", "surprise": 1}',
      /^idempotencyKey: .*; surprise: unknown field.*; tpoic: .* topic\?$/,
    ],
    ['a NUL', '{"command": "start-execution", "data": {"topic": "a\\u0000"}}', /NUL/],
  ])('a line with %s is malformed', async (_what, line, detail) => {
    const before = await positionOf(app.database);
    const { body } = await client.bulk([line]);
    expect(body).toMatchObject([{ line: 1, status: 400, problem: { code: 'malformed' } }]);
    expect(body[0]?.problem?.detail).toMatch(detail);
    expect(await positionOf(app.database)).toBe(before);
  });

  test('skips a line over 256 KiB, and goes on behind it', async () => {
    const long = JSON.stringify({
      command: 'start-execution',
      data: { topic: 'x'.repeat(300_000) },
    });
    const { body } = await client.bulk([start('g'), long, beat('g')]);
    expect(body.map(({ line, status }) => [line, status])).toEqual([
      [1, 200],
      [2, 413],
      [3, 200],
    ]);
    expect(body[1]?.problem).toMatchObject({ code: 'too-large' });
  });

  test('takes a line of just under 256 KiB', async () => {
    const metadata = { note: 'x'.repeat(260_000) };
    const call = { executionId: 'h', agent: 'a', model: 'm', inputTokens: 1, outputTokens: 1 };
    const data = { ...call, durationSeconds: 1, metadata };
    const { body } = await client.bulk([start('h'), { command: 'record-llm-call', data }]);
    expect(body.map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('wrong content types', () => {
  test('a list of commands as JSON is told what to send', async () => {
    const answer = await client.command('', [start('x')]);
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-content-type' } });
    expect(answer.body.detail).toContain('application/x-ndjson');
  });

  test('a single command as lines is told what to send', async () => {
    const headers = { 'content-type': 'application/x-ndjson' };
    const answer = await client.command('start-execution', '{}', { headers });
    expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-content-type' } });
    expect(answer.body.detail).toContain('application/json');
  });

  test.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/csv',
  ])('%s is none that is taken', async (type) => {
    const before = await positionOf(app.database);
    for (const name of ['', 'start-execution']) {
      const answer = await client.command(name, '{}', { headers: { 'content-type': type } });
      expect(answer).toMatchObject({ status: 415, body: { code: 'unsupported-content-type' } });
    }
    expect(await positionOf(app.database)).toBe(before);
  });
});

describe('however long', () => {
  test('a hundred thousand lines are answered in order while only few are under way', async () => {
    const count = 100_001;
    const before = await positionOf(app.database);
    let sent = 0;
    let answered = 0;
    let mostUnderWay = 0;
    const data = { executionId: 'long', reason: 'x'.repeat(300) };
    const beats = `${JSON.stringify({ command: 'heartbeat-execution', data })}\n`.repeat(500);
    function* lines(): Generator<string> {
      yield `${JSON.stringify(start('long'))}\n`;
      for (sent = 1; sent < count; sent += 500) {
        mostUnderWay = Math.max(mostUnderWay, sent - answered);
        yield beats;
      }
    }
    const outgoing = open();
    Readable.from(lines(), { objectMode: true, highWaterMark: 1 }).pipe(outgoing);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    let rest = '';
    for await (const chunk of incoming) {
      const texts = (rest + String(chunk)).split('\n');
      rest = texts.pop() ?? '';
      for (const one of texts) {
        answered += 1;
        const { line, status, position } = JSON.parse(one) as LineAnswer;
        if (line === answered && status === 200 && position === String(before + line)) continue;
        throw new Error(`answer ${String(answered)} is ${one}`);
      }
    }
    expect(answered).toBe(count);
    // What the sockets hold on top of what the server has under way: far from all.
    expect(mostUnderWay).toBeLessThan(count / 2);
    expect((await proveLedger(app.database)).streams.get('execution-long')).toBe(count);
  });

  test('a reader that does not read stops the reading of its lines, and gets all answers later', async () => {
    const count = 150_000;
    // No JSON: the answers are long, and cost the ledger nothing.
    const lines100 = `${'x'.repeat(500)}\n`.repeat(100);
    let sent = 0;
    function* lines(): Generator<string> {
      for (; sent < count; sent += 100) yield lines100;
    }
    const outgoing = open();
    Readable.from(lines(), { objectMode: true, highWaterMark: 1 }).pipe(outgoing);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    let last = -1;
    let unchanged = 0;
    await eventually('the server reads no further', () => {
      unchanged = sent === last ? unchanged + 1 : 0;
      last = sent;
      return unchanged === 30;
    });
    expect(sent).toBeLessThan(count);
    expect(await client.command('start-execution', {})).toMatchObject({ status: 200 });

    const answers = parsed(await text(incoming));
    expect(sent).toBe(count);
    expect(answers).toHaveLength(count);
    expect(answers.at(-1)).toMatchObject({ line: count, status: 400 });
  });

  test('a line that never ends costs no memory', async () => {
    const chunk = 'x'.repeat(65_536);
    function* endless(): Generator<string> {
      for (let turn = 0; turn < 800; turn += 1) yield chunk; // 50 MiB
      yield `\n${JSON.stringify(start('behind'))}\n`;
    }
    const outgoing = open();
    Readable.from(endless()).pipe(outgoing);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    expect(parsed(await text(incoming)).map(({ line, status }) => [line, status])).toEqual([
      [1, 413],
      [2, 200],
    ]);
  });

  test('whoever waits for an answer before sending the next line gets it', async () => {
    const outgoing = open();
    outgoing.write(`${JSON.stringify(start('talk'))}\n`);
    const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
    const answers = incoming[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
    for (let line = 1; line <= 5; line += 1) {
      const { value } = (await answers.next()) as { value: Buffer };
      expect(parsed(value.toString())).toMatchObject([{ line, status: 200 }]);
      outgoing.write(`${JSON.stringify(beat('talk'))}\n`);
    }
    outgoing.end();
    expect(parsed(String((await answers.next()).value))).toMatchObject([{ line: 6 }]);
    expect(await answers.next()).toMatchObject({ done: true });
  });

  test('a caller that goes away leaves what was taken, and no trouble', async () => {
    const before = await positionOf(app.database);
    const outgoing = open();
    outgoing.on('error', () => undefined);
    outgoing.write(`${JSON.stringify(start('left'))}\n`);
    const beats = `${JSON.stringify(beat('left'))}\n`.repeat(100);
    const incoming = once(outgoing, 'response') as Promise<[IncomingMessage]>;
    const goOn = (): boolean => outgoing.write(beats);
    while (goOn());
    await incoming;
    outgoing.destroy();
    await eventually('something was taken', async () => (await positionOf(app.database)) > before);
    expect(await client.command('start-execution', {})).toMatchObject({ status: 200 });
    const settled = await eventually('nothing more is taken', async () => {
      const one = await positionOf(app.database);
      await client.get('/health/live');
      return one === (await positionOf(app.database)) && one;
    });
    expect(settled).toBeGreaterThan(before);
    await proveLedger(app.database);
  });

  test('nothing of all this was unforeseen', () => {
    expect(unforeseen()).toEqual([]);
  });
});
