import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer, Client, Problem, RequestOptions } from '../harness/client';
import { positionOf, proveLedger } from '../harness/ledger-proof';

let app: TestApp;
let client: Client;
let stood: number;
beforeAll(async () => {
  app = await startApp();
  ({ client } = app);
  for (const executionId of ['one', 'two'])
    await client.command('start-execution', { executionId });
});
beforeEach(async () => {
  stood = await positionOf(app.database);
});
afterEach(async () => {
  expect(await positionOf(app.database)).toBe(stood); // nothing written, whatever was sent
});
afterAll(() => app.stop());

const call = {
  executionId: 'one',
  agent: 'writer',
  model: 'gpt-4o',
  inputTokens: 1_000,
  outputTokens: 500,
  durationSeconds: 2.5,
};
const gates = { opening: true, evidence: true, voice: true, structure: true, chart: true };

const expectProblem = (
  { status, headers, body }: Answer<Problem>,
  expected: number,
  code: string,
): Problem => {
  expect([status, body.code]).toEqual([expected, code]);
  expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect(body).toMatchObject({
    type: `urn:flowledger:problem:${code}`,
    title: expect.stringMatching(/^[A-Z]/),
    status,
    correlationId: headers.get('x-correlation-id'),
  });
  expect(body.detail).not.toMatch(/\bat .*:\d+:\d+|node_modules|select |insert |internal/i);
  return body;
};

const refused = async (
  name: string,
  body: unknown,
  options: RequestOptions = {},
): Promise<Problem> =>
  expectProblem(await client.command<Problem>(name, body, options), 400, 'malformed');

const pathsOf = ({ errors = [] }: Problem): string[] => errors.map(({ path }) => path);

describe('what is no JSON object', () => {
  test.each([
    ['nothing', ''],
    ['half of an object', '{"executionId": "one"'],
    ['text', 'executionId=one'],
    ['single quotes', "{'executionId': 'one'}"],
    ['a comma too many', '{"executionId": "one",}'],
    ['NaN', '{"executionId": "one", "durationSeconds": NaN}'],
    ['Infinity', '{"executionId": "one", "durationSeconds": Infinity}'],
    ['two objects', '{}{}'],
    ['a comment', '{"executionId": "one" /* the first */}'],
    ['a control character', '{"executionId": "on\u0001e"}'],
  ])('%s is malformed', async (_what, body) => {
    await refused('heartbeat-execution', body);
  });

  test('is told where it stops being one, and by which name it holds nothing', async () => {
    const { detail } = await refused('heartbeat-execution', '{"executionId": "one",}');
    expect(detail).toMatch(/^the body is not valid JSON: .*position 22/);
    expect((await refused('heartbeat-execution', '{"__proto__": {}}')).errors).toContainEqual({
      path: '__proto__',
      message: 'its name is not allowed: it would be lost on the way',
    });
  });

  test.each(['null', '[]', '"one"', '42', 'true', '[{"executionId": "one"}]'])(
    '%s is malformed, and says that an object was expected',
    async (body) => {
      expect((await refused('heartbeat-execution', body)).detail).toMatch(/object/);
    },
  );

  test('a body that is no UTF-8 is malformed or taken for what it says, never stored broken', async () => {
    const bytes = Buffer.concat([
      Buffer.from('{"executionId": "one", "reason": "a'),
      Buffer.from([0xff, 0xfe, 0xc3]),
      Buffer.from('", "surprise": 1}'),
    ]);
    const response = await fetch(`${app.url}/v1/commands/heartbeat-execution`, {
      method: 'POST',
      headers: { authorization: `Bearer ${app.keys.service}`, 'content-type': 'application/json' },
      body: bytes,
    });
    expect(response.status).toBe(400);
  });

  test.each(['__proto__', 'constructor'])('%s as a field is malformed', async (field) => {
    await refused('heartbeat-execution', `{"executionId": "one", "${field}": {"prototype": {}}}`);
    expect(({} as Record<string, unknown>)['prototype']).toBeUndefined();
  });
});

describe('wrong fields', () => {
  test('unknown ones are named with the nearest known', async () => {
    const { errors } = await refused('record-llm-call', {
      execution_id: 'one',
      agent: 'writer',
      model: 'gpt-4o',
      input_tokens: 1,
      outputToken: 1,
      durationSecs: 1,
    });
    expect(errors).toEqual(
      expect.arrayContaining([
        { path: 'execution_id', message: 'unknown field, did you mean executionId?' },
        { path: 'input_tokens', message: 'unknown field, did you mean inputTokens?' },
        { path: 'outputToken', message: 'unknown field, did you mean outputTokens?' },
        { path: 'durationSecs', message: 'unknown field, did you mean durationSeconds?' },
        { path: 'executionId', message: 'is required (string)' },
        { path: 'inputTokens', message: 'is required (number)' },
        { path: 'outputTokens', message: 'is required (number)' },
        { path: 'durationSeconds', message: 'is required (number)' },
      ]),
    );
  });

  test('missing ones are all told', async () => {
    const missing = [
      'executionId',
      'agent',
      'model',
      'inputTokens',
      'outputTokens',
      'durationSeconds',
    ];
    expect(pathsOf(await refused('record-llm-call', {})).sort()).toEqual(missing.sort());
  });

  test('all faults are told at once, of whatever kind', async () => {
    const problem = await refused('record-llm-call', {
      ...call,
      agent: 7,
      model: '',
      inputTokens: -1,
      outputTokens: 1.5,
      costUsd: '0.01',
      metadata: [],
      surprise: true,
      occurredAt: 'yesterday',
    });
    expect(pathsOf(problem).sort()).toEqual(
      [
        'agent',
        'model',
        'inputTokens',
        'outputTokens',
        'costUsd',
        'metadata',
        'surprise',
        'occurredAt',
      ].sort(),
    );
    for (const path of pathsOf(problem)) expect(problem.detail).toContain(`${path}: `);
  });

  test('within a field are told by their path', async () => {
    const { chart, ...four } = gates;
    expect(chart).toBe(true);
    const score = { executionId: 'one', score: 11, gates: { ...four, voice: 'yes', vioce: true } };
    expect(pathsOf(await refused('score-quality', score)).sort()).toEqual(
      ['gates.chart', 'gates.vioce', 'gates.voice', 'score'].sort(),
    );
  });

  test.each([
    ['a number for an id', 'heartbeat-execution', { executionId: 1 }],
    ['null for an id', 'heartbeat-execution', { executionId: null }],
    ['an empty id', 'heartbeat-execution', { executionId: '' }],
    ['an id with a slash', 'heartbeat-execution', { executionId: 'a/b' }],
    ['an id with a space', 'heartbeat-execution', { executionId: 'a b' }],
    ['an id with a letter beyond ASCII', 'heartbeat-execution', { executionId: 'ä' }],
    ['an id of 129 characters', 'heartbeat-execution', { executionId: 'x'.repeat(129) }],
    ['an object for a reason', 'heartbeat-execution', { executionId: 'one', reason: {} }],
    [
      'a reason that is too long',
      'heartbeat-execution',
      { executionId: 'one', reason: 'x'.repeat(2_001) },
    ],
    [
      'text for a truth',
      'score-quality',
      { executionId: 'one', score: 8, gates: { ...gates, voice: 'true' } },
    ],
    ['a line break in a name', 'record-llm-call', { ...call, agent: 'a\nb' }],
  ])('%s is malformed', async (_what, name, body) => {
    await refused(name, body);
  });
});

describe('wrong numbers', () => {
  test.each([
    ['-1', /inputTokens/],
    ['1.5', /inputTokens/],
    ['"1000"', /inputTokens/],
    ['9007199254740992', /inputTokens/],
    ['9007199254740993', /inputTokens/],
    ['123456789012345678901234567890', /inputTokens/],
    ['1e400', /inputTokens/],
    ['-1e400', /inputTokens/],
    ['1000000001', /inputTokens/],
    ['true', /inputTokens/],
    ['null', /inputTokens/],
    ['[]', /inputTokens/],
  ])('%s input tokens are malformed', async (number, path) => {
    const body = JSON.stringify(call).replace('"inputTokens":1000', `"inputTokens":${number}`);
    expect(body).not.toBe(JSON.stringify(call));
    expect((await refused('record-llm-call', body)).detail).toMatch(path);
  });

  test.each([
    [{ durationSeconds: -0.001 }],
    [{ durationSeconds: 604_801 }],
    [{ costUsd: -0.01 }],
    [{ costUsd: 1_000_001 }],
    [{ cachedInputTokens: 1_001 }],
    [{ reasoningTokens: 501 }],
    [{ cachedInputTokens: -1 }],
  ])('%j is malformed', async (change) => {
    expect(pathsOf(await refused('record-llm-call', { ...call, ...change }))).toEqual(
      Object.keys(change),
    );
  });

  test('a number in metadata, or in what a stage made, that would be recorded as another is malformed', async () => {
    const body = JSON.stringify(call).replace(
      /}$/,
      ',"metadata":{"of":[{"id":9007199254740993}]}}',
    );
    expect(pathsOf(await refused('record-llm-call', body))).toEqual(['metadata.of.0.id']);
    const made = '{"executionId": "one", "stage": "research", "result": 12345678901234567890}';
    expect(pathsOf(await refused('complete-stage', made))).toEqual(['result']);
  });

  test.each([-1, 10.000_001, '8', null])('a score of %p is malformed', async (score) => {
    expect(pathsOf(await refused('score-quality', { executionId: 'one', score, gates }))).toEqual([
      'score',
    ]);
  });
});

describe('what cannot be stored', () => {
  test('a NUL character is malformed, wherever it is', async () => {
    const problem = await refused('record-llm-call', {
      ...call,
      metadata: { note: 'a\0b', list: ['\0'], 'k\0': 1 },
    });
    expect(pathsOf(problem).sort()).toEqual(['metadata.k\0', 'metadata.list.0', 'metadata.note']);
    await refused('heartbeat-execution', { executionId: 'one', reason: '\0' });
  });

  test('half of a surrogate pair is malformed, and a whole one is not', async () => {
    for (const broken of ['"\\ud800"', '"\\udc00"', '"a\\ud83dz"']) {
      const body = `{"executionId": "one", "reason": ${broken}}`;
      expect((await refused('heartbeat-execution', body)).detail).toMatch(/well-formed Unicode/);
    }
    const whole = '{"executionId": "one", "reason": "\\ud83d\\ude00", "surprise": 1}';
    expect(pathsOf(await refused('heartbeat-execution', whole))).toEqual(['surprise']);
  });

  test.each([33, 1_000, 100_000])('%p levels of nesting are malformed', async (levels) => {
    const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`;
    const body = JSON.stringify(call).replace(/}$/, `,"metadata":{"deep":${deep}}}`);
    expect((await refused('record-llm-call', body)).detail).toMatch(/nested deeper than 32 levels/);
  });
});

describe('wrong times', () => {
  const at = (milliseconds: number): string => new Date(Date.now() + milliseconds).toISOString();

  test.each([
    ['six minutes ahead', () => at(6 * 60_000), /more than 5 minutes ahead/],
    ['next year', () => at(365 * 86_400_000), /more than 5 minutes ahead/],
    ['the year 9999', () => '9999-12-31T23:59:59Z', /more than 5 minutes ahead/],
    ['before 2015', () => '2014-12-31T23:59:59.999Z', /must not be before 2015/],
    ['1970', () => '1970-01-01T00:00:00Z', /must not be before 2015/],
    [
      'a zone that moves it before 2015',
      () => '2015-01-01T00:30:00+01:00',
      /must not be before 2015/,
    ],
    ['no zone', () => '2026-01-08T22:32:15', /ISO 8601/],
    ['a day', () => '2026-01-08', /ISO 8601/],
    ['a day that is none', () => '2026-02-30T00:00:00Z', /ISO 8601/],
    ['an hour that is none', () => '2026-01-08T25:00:00Z', /ISO 8601/],
    ['a number', () => 1_767_911_535_000, /occurredAt/],
    ['words', () => 'yesterday', /ISO 8601/],
  ])('%s is malformed', async (_what, time, detail) => {
    const problem = await refused('heartbeat-execution', {
      executionId: 'one',
      occurredAt: time(),
    });
    expect(pathsOf(problem)).toEqual(['occurredAt']);
    expect(problem.detail).toMatch(detail);
  });
});

describe('too much', () => {
  test.each([
    ['just over 1 MiB', 1024 * 1024],
    ['10 MB', 10_000_000],
  ])('a body of %s is too large', async (_what, size) => {
    const body = JSON.stringify({ executionId: 'one', reason: 'x'.repeat(size) });
    const problem = expectProblem(
      await client.command<Problem>('heartbeat-execution', body),
      413,
      'too-large',
    );
    expect(problem.detail).toMatch(/1 MiB/);
  });

  const requestOf = (...more: string[]): string =>
    [
      'POST /v1/commands/heartbeat-execution HTTP/1.1',
      'Host: here',
      `Authorization: Bearer ${app.keys.service}`,
      'Content-Type: application/json',
      ...more,
      '\r\n',
    ].join('\r\n');

  test.each([
    ['with its length', 'Content-Length: 10485760', Buffer.alloc(10_485_760, ' ')],
    [
      'without a length',
      'Transfer-Encoding: chunked',
      Buffer.concat([
        Buffer.from('a00000\r\n'),
        Buffer.alloc(10_485_760, ' '),
        Buffer.from('\r\n0\r\n\r\n'),
      ]),
    ],
  ])(
    'whoever sends 10 MB %s is told however long that takes, and goes on',
    async (_what, header, body) => {
      const line = connect(Number(new URL(app.url).port), '127.0.0.1');
      let heard = '';
      line.setEncoding('utf8').on('data', (more: string) => (heard += more));
      const broken = new Promise<never>((_resolve, reject) => line.once('error', reject));
      const answered = async (times: number): Promise<void> => {
        while (heard.split('HTTP/1.1 ').length <= times)
          await Promise.race([once(line, 'data'), broken]);
      };

      line.write(requestOf(header));
      line.write(body.subarray(0, 2_000_000));
      await answered(1);
      expect(heard).toMatch(/^HTTP\/1.1 413 /);
      line.write(body.subarray(2_000_000));
      line.write(requestOf('Content-Length: 2') + '{}');
      await answered(2);
      expect(heard).toMatch(/HTTP\/1.1 400 (?!.*HTTP\/1.1)/s);
      line.destroy();
    },
  );

  test('a thousand unknown fields are told in one answer', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`field${String(index)}`, 1]),
    );
    expect(
      pathsOf(await refused('heartbeat-execution', { executionId: 'one', ...many })),
    ).toHaveLength(1_000);
  });
});

describe('wrong headers', () => {
  test.each([
    ['Idempotency-Key', { 'idempotency-key': 'x'.repeat(257) }],
    ['Idempotency-Key', { 'idempotency-key': 'a b' }],
    ['If-Match', { 'if-match': '*' }],
    ['X-Deployment-Id', { 'x-deployment-id': 'a b' }],
  ])('%s is told by its name', async (path, headers) => {
    expect(
      pathsOf(await refused('heartbeat-execution', { executionId: 'one' }, { headers })),
    ).toEqual([path]);
  });

  test('are told with each other, and with what is wrong in the body', async () => {
    const body = { execution_id: 'one', occurredAt: new Date(Date.now() + 600_000).toISOString() };
    const headers = { 'if-match': '*', 'x-deployment-id': 'a b' };
    const problem = await refused('heartbeat-execution', body, { headers });
    expect(pathsOf(problem).sort()).toEqual(
      ['If-Match', 'X-Deployment-Id', 'executionId', 'execution_id', 'occurredAt'].sort(),
    );
  });

  test('what is said in the address is refused, not passed over', async () => {
    const price = { model: 'm', effectiveFrom: '2026-01-01', outputUsdPerMillion: 1 };
    for (const path of ['/v1/commands/set-price', '/v1/commands', '/v1/style-memory/query']) {
      const bulk = path === '/v1/commands';
      const headers = bulk ? { 'content-type': 'application/x-ndjson' } : {};
      const asked = bulk ? '{"command": "start-execution", "data": {}}' : { text: 'x', ...price };
      const options = { key: app.keys.operator, headers };
      const answer = await client.post<Problem>(`${path}?dryRun=true`, asked, options);
      expect(pathsOf(expectProblem(answer, 400, 'malformed'))).toContain('dryRun');
    }
  });

  test.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense'])(
    '%s is no content type that is taken',
    async (type) => {
      const options = { headers: { 'content-type': type } };
      const answer = await client.command<Problem>(
        'heartbeat-execution',
        '{"executionId": "one"}',
        options,
      );
      expectProblem(answer, 415, 'unsupported-content-type');
    },
  );

  test('a body that is no text is refused, by itself and as a line', async () => {
    const data = Buffer.from('{"executionId": "one", "topic": "\xff"}', 'latin1');
    const one = await client.command<Problem>('start-execution', data);
    expectProblem(one, 400, 'malformed');
    expect(one.body.detail).toBe('the body is not UTF-8');
    const line = Buffer.concat([
      Buffer.from('{"command": "start-execution", "data": '),
      data,
      Buffer.from('}\n'),
    ]);
    const { status, body } = await client.post<string>('/v1/commands', line, {
      headers: { 'content-type': 'application/x-ndjson' },
    });
    expect(status).toBe(200);
    expect(JSON.stringify(body)).toContain('the line is not UTF-8');
  });

  test('a body that is packed is told to be so, by itself and in bulk', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const one = await client.command<Problem>('heartbeat-execution', '{}', { headers });
    expectProblem(one, 415, 'unsupported-content-encoding');
    const many = await client.post<Problem>('/v1/commands', '', {
      headers: { ...headers, 'content-type': 'application/x-ndjson' },
    });
    expectProblem(many, 415, 'unsupported-content-encoding');
  });
});

describe('wrong addresses', () => {
  const post = async (path: string, method = 'POST'): Promise<Answer<Problem>> => {
    const { status, headers, ...response } = await fetch(`${app.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${app.keys.service}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: '{"executionId": "one"}' }),
    }).then(async (answer) => ({
      status: answer.status,
      headers: answer.headers,
      body: (await answer.json()) as Problem,
    }));
    return { status, headers, ...response };
  };

  test.each([
    ['/v1/commands/heartbeat-executio', 404, 'command-unknown'],
    ['/v1/commands/HeartbeatExecution', 404, 'command-unknown'],
    ['/v1/commands/toString', 404, 'command-unknown'],
    ['/v1/commands/heartbeat-execution%00', 404, 'command-unknown'],
    ['/v1/commands/heartbeat-execution/one', 404, 'not-found'],
    ['/v1/commands/heartbeat-execution%2Fone', 404, 'command-unknown'],
    ['/v1/nothing', 404, 'not-found'],
  ])('%s is %p %s', async (path, status, code) => {
    expectProblem(await post(path), status, code);
  });

  test('an address that is no address is malformed', async () => {
    expectProblem(await post('/v1/commands/%E0%A4%A'), 400, 'malformed');
  });

  test('an address that is too long is refused', async () => {
    expectProblem(await post(`/v1/commands/${'x'.repeat(2_000)}`), 414, 'address-too-long');
  });

  test.each([
    ['no words of HTTP', 'HELLO\r\n\r\n', 400, 'malformed'],
    [
      'a method that there is not',
      'FOO /v1/events HTTP/1.1\r\nHost: here\r\n\r\n',
      400,
      'malformed',
    ],
    [
      'a length that is none',
      'POST /v1/commands HTTP/1.1\r\nHost: here\r\nContent-Length: abc\r\n\r\n',
      400,
      'malformed',
    ],
    [
      'more than 16 KiB of address',
      `GET /v1/events?streams=${'x'.repeat(17_000)} HTTP/1.1\r\nHost: here\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ])(
    '%s, from which no request can be read, is a problem too',
    async (_what, sent, status, code) => {
      const line = connect(Number(new URL(app.url).port), '127.0.0.1');
      line.write(sent);
      const [head = '', body = ''] = (await text(line)).split('\r\n\r\n');
      const [first = '', ...fields] = head.split('\r\n');
      expect(first).toMatch(new RegExp(`^HTTP/1.1 ${String(status)} [A-Z]`));
      const headers = new Headers(fields.map((field) => field.split(': ', 2) as [string, string]));
      expectProblem({ status, headers, body: JSON.parse(body) as Problem }, status, code);
    },
  );

  test.each(['/v1/projections', '/v1/me', '/v1/alert-rules'])(
    'what is asked of %s, which takes no question, is refused, not passed over',
    async (path) => {
      const answer = await client.get<Problem>(`${path}?minPosition=1`);
      const { errors } = expectProblem(answer, 400, 'malformed');
      expect(errors).toEqual([
        { path: 'minPosition', message: 'unknown field; there are none here' },
      ]);
    },
  );

  test.each(['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    '%s is no way to issue a command, and the answer says which is',
    async (method) => {
      const answer = await post('/v1/commands/heartbeat-execution?x=%zz', method);
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe('POST');
    },
  );

  test.each(['/v1/projections/roi-totals', '/v1/verify', '/health', '/openapi.json', '/'])(
    'nothing is posted to %s, which is there to be read',
    async (path) => {
      const answer = await post(path);
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toBe('GET, HEAD');
    },
  );

  test('by whichever method nothing is found where nothing is', async () => {
    expectProblem(await post('/v1/nothing', 'GET'), 404, 'not-found');
    expectProblem(await post('/v1/verify/nothing', 'DELETE'), 404, 'not-found');
  });
});

test('what is no HTTP at all is answered and forgotten', async () => {
  const socket = connect(Number(new URL(app.url).port), '127.0.0.1');
  socket.write('\x16\x03\x01 this is no HTTP\r\n\r\n');
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 400/);
  expect(await client.get('/health/live')).toMatchObject({ status: 200 });
});

test('after all of that the ledger is whole, and nothing was unforeseen', async () => {
  expect(await proveLedger(app.database)).toMatchObject({ events: stood });
  const errors = app.logs.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
  expect(errors).toEqual([]);
});
