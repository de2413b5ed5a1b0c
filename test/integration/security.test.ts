import { aggregates } from '../../src/commands';
import { wireNameOf } from '../../src/commands/command';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer, Client, Problem } from '../harness/client';
import { eventually } from '../harness/eventually';
import { positionOf } from '../harness/ledger-proof';

let app: TestApp;
let client: Client;
beforeAll(async () => {
  app = await startApp();
  ({ client } = app);
});
afterAll(() => app.stop());

const commands = aggregates.flatMap(({ commands: definitions }) =>
  Object.entries(definitions).map(([type, { role }]) => ({ name: wireNameOf(type), role })),
);

const isPublic = (path: string): boolean => /^\/(health|metrics|openapi\.json|docs|$)/.test(path);

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every route there is, as the server's own document has it; the names in its paths filled in. */
const routes = async (): Promise<Route[]> => {
  const { body } = await client.get<{ paths: Record<string, Record<string, unknown>> }>(
    '/openapi.json',
    { key: null },
  );
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({ method, path: path.replace(/\{\w+\}/g, '1') })),
  );
};

const ask = async ({ method, path }: Route, authorization?: string): Promise<Answer<Problem>> => {
  const response = await fetch(`${app.url}${path}`, {
    method: method.toUpperCase(),
    headers: authorization === undefined ? {} : { authorization },
    signal: AbortSignal.timeout(10_000),
  });
  const streams = /event-stream/.test(response.headers.get('content-type') ?? '');
  if (streams) await response.body?.cancel();
  const body = streams || response.body === null ? '' : await response.text();
  const { status, headers } = response;
  return {
    status,
    headers,
    body: (/problem/.test(headers.get('content-type') ?? '') ? JSON.parse(body) : {}) as Problem,
  };
};

describe('without a valid key', () => {
  const wrong: [string, string | undefined][] = [
    ['no key', undefined],
    ['a wrong key', 'Bearer not-a-key-of-this-server'],
    ['an empty key', 'Bearer '],
    ['another scheme', `Basic ${Buffer.from('service:x').toString('base64')}`],
    ['a key without its scheme', 'service-key-of-the-tests-0001'],
    ['a key and more', 'Bearer service-key-of-the-tests-0001 and-more'],
    ['part of a key', 'Bearer service-key-of-the-tests-000'],
  ];

  test.each(wrong)('%s: every route but the public ones is 401', async (_what, authorization) => {
    const closed = (await routes()).filter(({ path }) => !isPublic(path));
    expect(closed.length).toBeGreaterThan(commands.length);
    for (const route of closed) {
      const { status, headers, body } = await ask(route, authorization);
      expect([route.path, status, body.code]).toEqual([route.path, 401, 'unauthorized']);
      expect(headers.get('www-authenticate')).toBe('Bearer');
      expect(body.correlationId).toBe(headers.get('x-correlation-id'));
    }
  });

  test('the bulk route reads nothing', async () => {
    const before = await positionOf(app.database);
    const answer = await client.bulk([{ command: 'start-execution', data: {} }], { key: null });
    expect(answer).toMatchObject({ status: 401, body: { code: 'unauthorized' } });
    expect(await positionOf(app.database)).toBe(before);
  });

  // Where the database is slow, health says for a moment that it does not answer.
  test.each(['/health', '/health/live', '/health/ready', '/metrics', '/openapi.json'])(
    '%s is there all the same',
    async (path) => {
      await eventually(path, async () => (await client.get(path, { key: null })).status === 200);
    },
  );
});

describe('the wrong role', () => {
  const denied = { status: 403, body: { code: 'forbidden' } };

  test.each(commands)('an analyst may not issue $name', async ({ name, role }) => {
    const before = await positionOf(app.database);
    const answer = await client.command(name, { executionId: 'one' }, { key: app.keys.analyst });
    const takes = role === 'operator' ? 'operator' : 'service or operator';
    const detail = `the key of role analyst may not do this; it takes ${takes}`;
    expect(answer).toMatchObject({ ...denied, body: { ...denied.body, detail } });
    expect(await positionOf(app.database)).toBe(before);
  });

  test('an analyst may issue nothing in bulk either', async () => {
    const answer = await client.bulk([{ command: 'start-execution', data: {} }], {
      key: app.keys.analyst,
    });
    expect(answer).toMatchObject(denied);
  });

  test.each(commands.filter(({ role }) => role === 'operator'))(
    'a service may not issue $name',
    async ({ name }) => {
      expect(await client.command(name, { executionId: 'one' })).toMatchObject(denied);
      const lines = await client.bulk([{ command: name, data: { executionId: 'one' } }]);
      const detail = 'the key of role service may not do this; it takes operator';
      expect(lines.body).toMatchObject([{ status: 403, problem: { code: 'forbidden', detail } }]);
    },
  );

  test.each(commands)('a key that may issue $name gets past the door', async ({ name, role }) => {
    for (const key of [app.keys.operator, ...(role === 'service' ? [app.keys.service] : [])]) {
      const { status } = await client.command(name, { surprise: true }, { key });
      expect([name, status]).toEqual([name, 400]);
    }
  });

  test('every role may read', async () => {
    const open = (await routes()).filter(({ method, path }) => method === 'get' && !isPublic(path));
    for (const key of Object.values(app.keys)) {
      for (const route of open) {
        const { status } = await ask(route, `Bearer ${key}`);
        expect([route.path, status]).not.toEqual([route.path, 401]);
        expect([route.path, status]).not.toEqual([route.path, 403]);
      }
    }
  });
});

test('the scheme may be written in any case', async () => {
  for (const scheme of ['bearer', 'BEARER', 'Bearer  ']) {
    const headers = { authorization: `${scheme} ${app.keys.service}` };
    const answer = await client.command('start-execution', {}, { key: null, headers });
    expect(answer.status).toBe(200);
  }
});

describe('every answer', () => {
  test.each([
    ['/health', 200],
    ['/v1/projections', 200],
    ['/nowhere', 404],
  ])('%s carries the security headers, and does not say what serves it', async (path, status) => {
    const answer = await eventually(path, async () => {
      const told = await client.get(path);
      return told.status === status && told;
    });
    const headers = Object.fromEntries(answer.headers);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringMatching(/default-src 'self'/),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
    expect(headers).not.toHaveProperty('access-control-allow-origin');
  });
});

test('neither keys nor what commands hold are ever logged, nor told in an error', async () => {
  const confidential = 'confidential-topic';
  const wrongKey = 'wrong-key-that-nobody-may-see';
  const call = { executionId: 'log', topic: confidential };
  for (const key of [...Object.values(app.keys), wrongKey]) {
    const answers = [
      await client.command('start-execution', call, { key }),
      await client.command('start-execution', { ...call, topick: 1 }, { key }),
      await client.command('start-execution', `{"topic": "${confidential}`, { key }),
      await client.bulk([{ command: 'start-execution', data: call }], { key }),
      await client.get('/v1/projections', { key }),
    ];
    for (const { status, body } of answers) {
      if (status !== 200) expect(JSON.stringify(body)).not.toContain(key);
    }
  }
  const logs = app.logs.join('');
  for (const secret of [...Object.values(app.keys), wrongKey, confidential, 'Bearer']) {
    expect(logs).not.toContain(secret);
  }
  expect(logs).not.toMatch(/postgres(ql)?:\/\/[^"]*:[^"]*@/);
});

test('there is one line for each request, with who, what, how long and the correlation id', async () => {
  const lines = (): Record<string, unknown>[] =>
    app.logs
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ correlationId }) => correlationId === 'one-line');
  await client.command('start-execution', {}, { headers: { 'x-correlation-id': 'one-line' } });
  expect(lines()).toEqual([
    expect.objectContaining({
      level: 30,
      method: 'POST',
      url: '/v1/commands/start-execution',
      status: 200,
      milliseconds: expect.any(Number),
      caller: 'service',
    }),
  ]);
});

describe('a rate limit', () => {
  let limited: TestApp;
  beforeAll(async () => {
    limited = await startApp({
      database: app.database,
      env: { FLOWLEDGER_RATE_LIMIT: '5', FLOWLEDGER_PARTS: 'api' },
    });
  });
  afterAll(() => limited.stop());

  test('holds for each key by itself, however it is written, and says when to come again', async () => {
    const as = (authorization: string): Promise<Answer<Problem>> =>
      limited.client.get<Problem>('/v1/projections', { key: null, headers: { authorization } });
    const { service, operator } = app.keys;
    const written = ['Bearer', 'bearer', 'BEARER ', 'Bearer  '].map(
      (scheme) => `${scheme} ${service}`,
    );
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => as(written[index % written.length]!)),
    );
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(0);
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThanOrEqual(5);
    for (const { headers, body } of refused) {
      expect(body).toMatchObject({ status: 429, code: 'too-many-requests' });
      expect(body.correlationId).toBe(headers.get('x-correlation-id'));
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    }
    expect(await as(`Bearer ${operator}`)).toMatchObject({ status: 200 });
  });

  test('is none where no key is asked for: probes and the dashboard go on', async () => {
    const paths = ['/health/live', '/metrics', '/openapi.json', '/docs'];
    const asked = Array.from({ length: 12 }, () => paths).flat();
    for (const key of [null, app.keys.analyst]) {
      const answers = await Promise.all(asked.map((path) => limited.client.get(path, { key })));
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
  });

  test('is off unless asked for', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => client.get('/v1/projections')),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
