import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Answer, Problem } from '../harness/client';
import { openStream } from './streamed';

interface Event {
  readonly position: string;
  readonly stream: string;
  readonly version: number;
  readonly type: string;
  readonly recordedAt: string;
}
interface Events {
  readonly events: readonly Event[];
  readonly next: string | null;
}

let app: TestApp;
let all: readonly Event[];

const ndjson = { accept: 'application/x-ndjson' };
const get = <Body = Events & Problem>(path: string): Promise<Answer<Body>> =>
  app.client.get<Body>(path, { key: app.keys.analyst });
const positions = (events: readonly Event[]): number[] =>
  events.map(({ position }) => Number(position));
const eventsOf = async (path: string): Promise<readonly Event[]> => {
  const { status, body } = await get(path);
  expect({ status, detail: body.detail }).toEqual({ status: 200 });
  return body.events;
};
const linesOf = async (path: string): Promise<Event[]> => {
  const { complete, text } = await (await openStream(app, path, ndjson)).rest();
  expect(complete).toBe(true);
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Event]));
};
const paged = async (path: string, limit: number): Promise<Event[]> => {
  const events: Event[] = [];
  for (let cursor = ''; ;) {
    const { body } = await get(
      `${path}${path.includes('?') ? '&' : '?'}limit=${String(limit)}${cursor}`,
    );
    events.push(...body.events);
    if (body.next === null) return events;
    cursor = `&cursor=${body.next}`;
  }
};

beforeAll(async () => {
  app = await startApp();
  for (let index = 0; index < 30; index += 1) {
    const executionId = `e${String(index % 10)}`;
    const [name, body] =
      index < 10
        ? ['start-execution', { executionId, topic: 'Zürich "x" \n y' }]
        : ['heartbeat-execution', { executionId, reason: `beat ${String(index)}` }];
    const { status } = await app.client.command(name, body, {
      headers: { 'x-deployment-id': index % 2 ? 'blue' : 'green' },
    });
    expect(status).toBe(200);
  }
  all = await eventsOf('/v1/events?limit=1000');
});

afterAll(() => app.stop());

describe('events', () => {
  it('come in order of position, with everything the ledger holds of them', async () => {
    expect(positions(all)).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
    expect(all[0]).toEqual({
      position: '1',
      stream: 'execution-e0',
      version: 1,
      eventId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      type: 'ExecutionStarted',
      schemaVersion: 1,
      data: { flow: 'content', topic: 'Zürich "x" \n y', agent: null, forkedFrom: null },
      deploymentId: 'green',
      correlationId: expect.any(String),
      causationId: null,
      actor: 'service',
      occurredAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      recordedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
    });
    expect((await get('/v1/events?limit=1000')).headers.get('x-flowledger-position')).toBe('30');
  });

  it.each([
    '/v1/events',
    '/v1/events?types=HeartbeatReceived',
    '/v1/events?streams=execution-e3,execution-e4,execution-e1',
    '/v1/events?streams=execution-e3&streams=execution-e4&types=ExecutionStarted',
    '/v1/events?deployments=blue&fromPosition=5&toPosition=24',
    '/v1/events?types=NothingYet',
    '/v1/events?fromPosition=1000',
  ])('%s is the same at once, in pages and as lines', async (path) => {
    const asked = new URLSearchParams(path.split('?')[1]);
    const names = (name: string): string[] | undefined =>
      asked.has(name) ? asked.getAll(name).join().split(',') : undefined;
    const expected = all.filter(
      (event) =>
        (names('types')?.includes(event.type) ?? true) &&
        (names('streams')?.includes(event.stream) ?? true) &&
        (names('deployments')?.includes(
          (event as unknown as { deploymentId: string }).deploymentId,
        ) ??
          true) &&
        Number(event.position) >= Number(asked.get('fromPosition') ?? 1) &&
        Number(event.position) <= Number(asked.get('toPosition') ?? 30),
    );
    expect(await eventsOf(path)).toEqual(expected);
    for (const limit of [1, 4]) expect(await paged(path, limit)).toEqual(expected);
    expect(await linesOf(path)).toEqual(expected);
  });

  it('are bounded by when they were recorded, the first moment included', async () => {
    for (const from of [0, 7, 29]) {
      for (const to of [0, 11, 29]) {
        const [since = '', until = ''] = [all[from]?.recordedAt, all[to]?.recordedAt];
        const expected = all.filter(({ recordedAt }) => recordedAt >= since && recordedAt < until);
        expect(await eventsOf(`/v1/events?since=${since}&until=${until}`)).toEqual(expected);
      }
    }
    expect(await eventsOf('/v1/events?since=2100-01-01')).toEqual([]);
    expect(await eventsOf('/v1/events?until=2020-01-01')).toEqual([]);
    expect(await eventsOf('/v1/events?since=2020-01-01&until=2100-01-01')).toEqual(all);
  });

  it('are given as they were stored, of whichever schema version', async () => {
    const data = '{"agent": "writer", "big": 12345678901234567890,\n "costUsd": 1.50}';
    const stored = { stream: 'execution-old', type: 'LlmCallRecorded', data };
    const other = await startApp();
    try {
      await other.database.sql(
        `insert into ledger.events (position, stream, version, event_id, type, schema_version, data, deployment_id,
           correlation_id, actor, occurred_at, recorded_at, digest)
         values (1, $1, 1, gen_random_uuid(), $2, 1, $3, 'initial', 'c', 'service', now(), now(), '')`,
        [stored.stream, stored.type, stored.data],
      );
      await other.database.sql('update ledger.head set position = 1');
      const { text } = await (await openStream(other, '/v1/events/1')).rest();
      expect(text).toContain(`"schemaVersion":1,"data":${data.replace('\n', ' ')},`);
      const lines = await (await openStream(other, '/v1/events', ndjson)).rest();
      expect(lines.text).toBe(`${text}\n`);
    } finally {
      await other.stop();
    }
  });

  it('that are large are paged by their size', async () => {
    const { body } = await app.client.command('start-execution', { executionId: 'large' });
    const metadata = { note: 'x'.repeat(900_000) };
    for (let index = 0; index < 7; index += 1) {
      await app.client.command('record-llm-call', {
        executionId: 'large',
        agent: 'writer',
        model: 'm',
        metadata,
        inputTokens: index,
        outputTokens: 0,
        durationSeconds: 0,
      });
    }
    const from = `fromPosition=${body.position}`;
    const { body: page } = await get(`/v1/events?${from}`);
    expect(page.events).toHaveLength(6);
    expect(page.next).not.toBeNull();
    expect(await paged(`/v1/events?${from}`, 100)).toHaveLength(8);
    expect(await linesOf(`/v1/events?${from}&types=LlmCallRecorded`)).toHaveLength(7);
    expect(await linesOf(`/v1/events?${from}&limit=7`)).toHaveLength(7);
    expect(await linesOf('/v1/streams/execution-large')).toHaveLength(8);
    expect(await paged('/v1/streams/execution-large', 100)).toHaveLength(8);
  });

  it('are refused with every fault of the query at once', async () => {
    const { status, body } = await get(
      '/v1/events?type=x&fromPosition=-1&toPosition=9223372036854775808&since=now&types=&streams=%00&limit=0&cursor=?',
    );
    expect([status, body.code]).toEqual([400, 'malformed']);
    const paths = new Set(body.errors?.map(({ path }) => path));
    expect([...paths].sort()).toEqual(
      ['cursor', 'fromPosition', 'limit', 'since', 'streams', 'toPosition', 'type', 'types'].sort(),
    );
  });

  it('do not take the cursor of another scope', async () => {
    const { body } = await get('/v1/events?limit=2&types=HeartbeatReceived');
    for (const path of [
      '/v1/events?',
      '/v1/events?types=ExecutionStarted&',
      '/v1/streams/execution-e1?',
    ]) {
      expect((await get(`${path}cursor=${body.next ?? ''}`)).status).toBe(400);
    }
    const same = await get(`/v1/events?types=HeartbeatReceived&limit=5&cursor=${body.next ?? ''}`);
    expect(positions(same.body.events)).toEqual([13, 14, 15, 16, 17]);
  });
});

describe('one event', () => {
  it('is found by its position', async () => {
    expect((await get<Event>('/v1/events/7')).body).toEqual(all[6]);
  });

  it('is 404 where there is none, and 400 where there cannot be one', async () => {
    expect((await get('/v1/events/1000000')).body).toMatchObject({
      status: 404,
      code: 'event-unknown',
    });
    expect((await get('/v1/events/0')).status).toBe(404);
    for (const position of ['x', '-1', '1.5', '9223372036854775808', '%00']) {
      expect((await get(`/v1/events/${position}`)).status).toBe(400);
    }
    expect((await get('/v1/events/1?x=y')).status).toBe(400);
  });
});

describe('a stream', () => {
  it('has its events by version, and its version as ETag', async () => {
    const { body, headers } = await get<Events & { stream: string; version: number }>(
      '/v1/streams/execution-e4',
    );
    expect(body).toMatchObject({ stream: 'execution-e4', version: 3, next: null });
    expect(headers.get('etag')).toBe('"3"');
    expect(body.events).toEqual(all.filter(({ stream }) => stream === 'execution-e4'));
    expect(await paged('/v1/streams/execution-e4', 2)).toEqual(body.events);
    expect(await linesOf('/v1/streams/execution-e4')).toEqual(body.events);
    expect(await eventsOf('/v1/streams/execution-e4?fromVersion=3')).toEqual(body.events.slice(2));
    expect(await eventsOf('/v1/streams/execution-e4?fromVersion=4')).toEqual([]);
    expect(await linesOf('/v1/streams/execution-e4?fromVersion=2&limit=1')).toEqual([
      body.events[1],
    ]);
  });

  it('is 404 where there is none', async () => {
    expect((await get('/v1/streams/execution-nobody')).body).toMatchObject({
      status: 404,
      code: 'stream-unknown',
    });
    expect((await get('/v1/streams/%00')).status).toBe(400);
    expect((await get('/v1/streams/execution-e4?fromVersion=0')).status).toBe(400);
  });
});
