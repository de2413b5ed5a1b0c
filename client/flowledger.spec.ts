import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { CallQueueFull, Flowledger, FlowledgerProblem, FlowledgerUnreachable } from './index';
import type { ClientOptions } from './index';

interface Seen {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

type Reply = (response: ServerResponse, request: Seen) => void;

const json = (response: ServerResponse, status: number, body: object, more = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...more });
  response.end(JSON.stringify(body));
};

const accepted = (position: string): object => ({
  stream: 'execution-a',
  version: 1,
  position,
  events: [],
  duplicate: false,
});

const problem = (status: number, code: string): object => ({
  type: `urn:flowledger:problem:${code}`,
  title: 'No',
  status,
  code,
  detail: `it is ${code}`,
  correlationId: 'c-1',
});

const busy: Reply = (response) =>
  json(response, 503, problem(503, 'unavailable'), { 'retry-after': '0' });
const recorded: Reply = (response) => json(response, 200, accepted('7'));
const breaks: Reply = (response) => response.destroy();
const silent: Reply = () => undefined;

/** Answers the lines of a bulk request by number, from 0 within the request, and perhaps not all. */
const lines =
  (answer: (index: number) => object, cutAfter = Infinity): Reply =>
  (response, { body }) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    const count = body.trimEnd().split('\n').length;
    for (let index = 0; index < Math.min(count, cutAfter); index += 1) {
      response.write(`${JSON.stringify({ line: index + 1, ...answer(index) })}\n`);
    }
    response.end();
  };
const allRecorded = lines((index) => ({ status: 200, position: String(index + 1) }));

describe('the client', () => {
  let server: Server;
  let seen: Seen[];
  /** Given one after the other, the last one for ever. */
  let replies: Reply[];
  let url: string;

  beforeEach(async () => {
    seen = [];
    server = createServer((request, response) => {
      void text(request).then((body) => {
        const one = { path: request.url ?? '', headers: request.headers, body };
        seen.push(one);
        const reply = replies.length > 1 ? replies.shift() : replies[0];
        reply?.(response, one);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });

  const client = (options: Partial<ClientOptions> = {}): Flowledger =>
    new Flowledger({ url, key: 'key-of-the-test', ...options });
  const start = (one: Flowledger, options = {}) =>
    one.command('start-execution', { executionId: 'a' }, options);
  const call = (agent = 'writer') => ({
    executionId: 'a',
    agent,
    model: 'gpt-4o',
    inputTokens: 1,
    outputTokens: 1,
    durationSeconds: 1,
  });
  const keysSeen = (): unknown[] => seen.map(({ headers }) => headers['idempotency-key']);

  test('gives each command a key of its own, and keeps it over every attempt', async () => {
    replies = [busy, breaks, recorded];
    const one = client();
    await start(one);
    await start(one);
    const [first, second, third, other] = keysSeen();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect([second, third]).toEqual([first, first]);
    expect(other).not.toBe(first);
  });

  test('sends what it is given to send', async () => {
    replies = [recorded];
    await start(client({ deploymentId: 'd2' }), { idempotencyKey: 'k-1', ifMatch: 3 });
    expect(seen[0]).toMatchObject({
      path: '/v1/commands/start-execution',
      headers: {
        authorization: 'Bearer key-of-the-test',
        'idempotency-key': 'k-1',
        'if-match': '"3"',
        'x-deployment-id': 'd2',
      },
      body: '{"executionId":"a"}',
    });
  });

  test('tells a refusal with its fields, at the first attempt', async () => {
    const errors = [{ path: 'executionId', message: 'is missing' }];
    replies = [(response) => json(response, 400, { ...problem(400, 'malformed'), errors })];
    const refusal = await start(client()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(FlowledgerProblem);
    expect(refusal).toMatchObject({
      type: 'urn:flowledger:problem:malformed',
      status: 400,
      code: 'malformed',
      detail: 'it is malformed',
      correlationId: 'c-1',
      fields: errors,
    });
    expect(seen).toHaveLength(1);
  });

  test('takes no other answer for that of a row that is not there, such as one of a wrong address', async () => {
    replies = [
      (response) => json(response, 404, problem(404, 'row-unknown')),
      (response) => json(response, 404, { message: 'no such page' }),
    ];
    expect(await client().row('execution-status', 'a')).toBeNull();
    await expect(client().row('execution-status', 'a')).rejects.toMatchObject({ status: 404 });
  });

  test('gives up with the last answer when its patience is at its end', async () => {
    replies = [busy];
    const impatient = client({ patienceMilliseconds: 0 });
    await expect(start(impatient)).rejects.toMatchObject({ status: 503, code: 'unavailable' });
    replies = [breaks];
    await expect(start(impatient)).rejects.toBeInstanceOf(FlowledgerUnreachable);
  });

  test('does not wait for an answer longer than an attempt may take', async () => {
    replies = [silent, recorded];
    // Enough for an answer that does come, on any machine.
    await expect(start(client({ timeoutMilliseconds: 500 }))).resolves.toMatchObject({
      position: '7',
    });
    expect(new Set(keysSeen()).size).toBe(1);
  });

  test('stops when its signal says so', async () => {
    replies = [silent];
    const leaving = new AbortController();
    const waiting = start(client(), { signal: leaving.signal });
    leaving.abort(new Error('not needed any more'));
    await expect(waiting).rejects.toThrow('not needed any more');
  });

  test('reads no earlier than its own last write', async () => {
    replies = [recorded, (response) => json(response, 200, { rows: [], next: null })];
    const one = client();
    await start(one);
    await one.rows('roi-totals', { groupBy: 'day', agent: ['writer', 'editor'], limit: 5 });
    await one.rows('roi-totals', { asOf: '3' });
    await one.rows('roi-totals', { minPosition: '2' });
    expect(seen.slice(1).map(({ path }) => path)).toEqual([
      '/v1/projections/roi-totals?groupBy=day&agent=writer&agent=editor&limit=5&minPosition=7',
      '/v1/projections/roi-totals?asOf=3',
      '/v1/projections/roi-totals?minPosition=2',
    ]);
  });

  test('knows the last position that was recorded, in whichever order it is told of it', async () => {
    const answering = (position: string): Reply => {
      return (response) => json(response, 200, accepted(position));
    };
    replies = [answering('10'), answering('9'), recorded];
    const one = client();
    for (const text of ['a', 'b', 'c']) await one.queryStyle({ text });
    expect(one.position).toBe('10');
  });

  test('asks the style memory by one key until there is an answer', async () => {
    replies = [busy, recorded];
    await client().queryStyle({ text: 'a quiet alarm' });
    const [first, second] = keysSeen();
    expect(first).toMatch(/^[0-9a-f-]{36}$/);
    expect(second).toBe(first);
  });

  describe('with model calls', () => {
    test('sends them together, by number', async () => {
      replies = [allRecorded];
      const one = client({ batch: { size: 3, ageMilliseconds: 60_000 } });
      const calls = [1, 2, 3].map(() => one.recordCall(call()));
      expect(await Promise.all(calls)).toEqual([
        { position: '1', duplicate: false },
        { position: '2', duplicate: false },
        { position: '3', duplicate: false },
      ]);
      expect(seen).toHaveLength(1);
      expect(one.position).toBe('3');
      await one.close();
    });

    test('sends fewer when they are old enough', async () => {
      replies = [allRecorded];
      const one = client({ batch: { size: 100, ageMilliseconds: 1 } });
      await expect(one.recordCall(call())).resolves.toMatchObject({ position: '1' });
      await one.close();
    });

    test('tells each its own outcome', async () => {
      replies = [
        lines((index) =>
          index === 1
            ? { status: 404, problem: problem(404, 'stream-unknown') }
            : { status: 200, position: '9' },
        ),
      ];
      const one = client();
      const calls = [1, 2, 3].map(() => one.recordCall(call()));
      await one.close();
      const outcomes = await Promise.allSettled(calls);
      expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
      await expect(calls[1]).rejects.toMatchObject({ status: 404, code: 'stream-unknown' });
    });

    test('reads an outcome whose letters come apart on the way', async () => {
      const refusal = { ...problem(404, 'stream-unknown'), detail: 'größer' };
      const answer = Buffer.from(`${JSON.stringify({ line: 1, status: 404, problem: refusal })}\n`);
      const within = answer.indexOf('ö') + 1;
      const parts = [answer.subarray(0, within), answer.subarray(within)];
      const fetched = jest
        .spyOn(globalThis, 'fetch')
        .mockResolvedValueOnce(new Response(ReadableStream.from(parts)));
      const one = client();
      const outcomes = Promise.allSettled([one.recordCall(call())]);
      await one.close();
      fetched.mockRestore();
      expect(await outcomes).toMatchObject([{ reason: { detail: 'größer' } }]);
    });

    test('sends again, with the same keys, what was busy and what got no answer', async () => {
      const firstBusy = (index: number): object =>
        index === 0
          ? { status: 503, problem: problem(503, 'unavailable') }
          : { status: 200, position: '2' };
      replies = [lines(firstBusy, 2), breaks, allRecorded];
      const one = client();
      const calls = [1, 2, 3].map((number) =>
        one.recordCall(call(), { idempotencyKey: `k${number}` }),
      );
      await one.close();
      await Promise.all(calls);
      const keys = seen.map(({ body }) => [...body.matchAll(/k\d/g)].map(([key]) => key));
      expect(keys).toEqual([
        ['k1', 'k2', 'k3'],
        ['k1', 'k3'],
        ['k1', 'k3'],
      ]);
    });

    test('sends again what an answer that ended early said nothing of', async () => {
      const first = lines(() => ({ status: 200, position: '1' }), 1);
      replies = [first, allRecorded];
      const one = client();
      const calls = [1, 2].map(() => one.recordCall(call()));
      await one.close();
      await expect(Promise.all(calls)).resolves.toHaveLength(2);
      expect(seen).toHaveLength(2);
    });

    test.each([0, 120])('tells every call when its %i ms of patience are over', async (ms) => {
      replies = [breaks];
      const one = client({ patienceMilliseconds: ms });
      const calls = [1, 2].map(() => one.recordCall(call()));
      await one.close();
      for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
    });

    test('takes no more than its queue holds, says so, and tells when there is room', async () => {
      replies = [allRecorded];
      const one = client({ batch: { queue: 2, ageMilliseconds: 60_000 } });
      const calls = [one.recordCall(call()), one.recordCall(call())];
      await expect(one.recordCall(call())).rejects.toBeInstanceOf(CallQueueFull);
      let hasRoom = false;
      const room = one.room().then(() => (hasRoom = true));
      await setImmediate();
      expect(hasRoom).toBe(false);
      await one.flush();
      await room;
      await expect(Promise.all([...calls, one.room()])).resolves.toHaveLength(3);
      const last = one.recordCall(call());
      await one.close();
      await expect(last).resolves.toMatchObject({ duplicate: false });
    });

    test('tells nobody of a place that another was told of, and keeps none for long', async () => {
      replies = [allRecorded];
      const one = client({ batch: { queue: 3, ageMilliseconds: 1 } });
      await Promise.all([1, 2, 3].map(() => one.room())); // and records none
      const record = async (): Promise<void> => {
        for (let calls = 0; calls < 5; calls += 1) {
          await one.room();
          void one.recordCall(call()).catch((error: unknown) => outcomes.push(error));
        }
      };
      const outcomes: unknown[] = [];
      await Promise.all(Array.from({ length: 10 }, record));
      await one.close();
      expect(outcomes).toEqual([]);
      const lines = seen.flatMap(({ body }) => body.trimEnd().split('\n'));
      expect(lines).toHaveLength(50);
    });

    test('waits at a flush for the calls that there are, not for those that come meanwhile', async () => {
      replies = [allRecorded];
      const one = client({ batch: { ageMilliseconds: 1 } });
      let isRecording = true;
      const record = async (): Promise<void> => {
        while (isRecording) await one.recordCall(call());
      };
      // Between them there is no moment without an outstanding call.
      const recording = Promise.all([record(), record()]);
      await one.flush();
      isRecording = false;
      await Promise.all([recording, one.close()]);
      expect(seen.length).toBeGreaterThan(0);
    });

    test('takes none once it is closed', async () => {
      const one = client();
      await one.close();
      await expect(one.recordCall(call())).rejects.toThrow('this client is closed');
    });

    test('refuses what cannot be sent, and only that', async () => {
      replies = [allRecorded];
      const one = client();
      const odd = { ...call(), inputTokens: 1n as unknown as number };
      await expect(one.recordCall(odd)).rejects.toThrow(/BigInt/);
      const good = one.recordCall(call());
      await one.close();
      await expect(good).resolves.toMatchObject({ position: '1' });
    });
  });
});
