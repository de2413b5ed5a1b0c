import { partitionOf } from '../../src/modules/projector/partition';
import { RelayStatus } from '../../src/modules/relay/relay-status';
import type { ReplayProgress } from '../../src/modules/replay/replay.schemas';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import type { Accepted, Answer, Problem, RequestOptions } from '../harness/client';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { rightSettings, topicOn } from '../harness/kafka-topic';
import type { TestTopic, TopicMessage } from '../harness/kafka-topic';
import { work } from '../harness/work';

type Answered = Answer<
  Accepted & Problem & { readonly plan?: object; readonly effects?: { readonly replayId: string } }
>;

const header = (message: TopicMessage, name: string): string =>
  String(message.headers?.[name] ?? 'absent');
const positionsOf = (messages: readonly TopicMessage[]): number[] =>
  messages
    .map((message) => Number(header(message, 'ce_position')))
    .toSorted((left, right) => left - right);

const issue = (app: TestApp, name: string, body: object, options?: RequestOptions) =>
  app.client.command(name, body, { key: app.keys.operator, ...options }) as Promise<Answered>;

const progressOf = async (app: TestApp, replayId: string): Promise<ReplayProgress> =>
  (await app.client.get<ReplayProgress>(`/v1/replays/${replayId}`)).body;

const inState = (app: TestApp, replayId: string, state: ReplayProgress['state']) =>
  eventually(`the replay ${state}`, async () => {
    const progress = await progressOf(app, replayId);
    return progress.state === state && progress;
  });

describeWithKafka('a replay to another topic', (bootstrap) => {
  let app: TestApp;
  let live: TestTopic;
  let target: TestTopic;

  beforeAll(async () => {
    live = topicOn(bootstrap);
    app = await startApp({ env: live.env });
    await work(app.client, { executions: 40, calls: 19 }); // positions 1 to 800
  });
  afterAll(() => app.stop());

  beforeEach(() => {
    target = topicOn(bootstrap);
  });

  const start = async (request: object = {}): Promise<string> => {
    const { status, body } = await issue(app, 'start-replay', { topic: target.name, ...request });
    expect({ status, detail: body.detail }).toEqual({ status: 200 });
    expect(body.events).toMatchObject([{ type: 'ReplayStarted' }]);
    return body.effects?.replayId ?? '';
  };

  const someSent = (replayId: string): Promise<ReplayProgress> =>
    eventually('some of it on the topic', async () => {
      const progress = await progressOf(app, replayId);
      return progress.done > 0 && progress;
    });

  it('brings the whole ledger there, in order and marked, and says so', async () => {
    const replayId = await start();
    const progress = await inState(app, replayId, 'completed');
    const end = Number(progress.toPosition);
    expect(progress).toMatchObject({
      step: 'ended',
      done: end,
      total: end,
      secondsLeft: 0,
      fault: null,
      topic: target.name,
      fromPosition: '1',
      position: String(end),
    });
    const messages = await target.messages();
    expect(positionsOf(messages)).toEqual(Array.from({ length: end }, (_, index) => index + 1));
    const last = ['0', '0', '0', '0'];
    for (const message of messages) {
      expect(header(message, 'ce_flowledgerreplay')).toBe(replayId);
      expect(message.partition).toBe(partitionOf(String(message.key), 4));
      expect(header(message, 'ce_previousposition')).toBe(last[message.partition]);
      last[message.partition] = header(message, 'ce_position');
    }
    await eventually(
      'the relay at the end of the ledger',
      async () => (await app.get(RelayStatus).read())?.lagEvents === 0,
    );
    const own = await live.messages();
    const plain = (all: readonly TopicMessage[]): unknown =>
      all
        .map(({ headers, key, value }) => {
          const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]);
          const others = texts.filter(([name]) => name !== 'ce_flowledgerreplay');
          return JSON.stringify([others.sort(), String(key), String(value)]);
        })
        .sort();
    const before = own.filter((message) => Number(header(message, 'ce_position')) <= end);
    expect(plain(messages)).toEqual(plain(before));
    const row = await eventually('the read model', async () => {
      const { body } = await app.client.get(`/v1/projections/replays/${replayId}`);
      const { row: found } = body as { row?: Record<string, unknown> };
      return found?.['status'] === 'completed' && found;
    });
    expect(row).toMatchObject({ topic: target.name, sent: String(end), lastPosition: String(end) });
  });

  it('is of the scope that was asked for, as it was when it was asked', async () => {
    const scope = {
      fromPosition: 11,
      toPosition: '700',
      types: ['LlmCallRecorded'],
      streams: ['execution-run-3', 'execution-run-4', 'execution-nobody'],
    };
    const replayId = await start({ scope });
    const { toPosition, total } = await inState(app, replayId, 'completed');
    const query = `fromPosition=11&toPosition=700&types=LlmCallRecorded&streams=${scope.streams.join()}`;
    const { body } = await app.client.get<{ events: { position: string }[] }>(
      `/v1/events?${query}`,
    );
    expect(positionsOf(await target.messages())).toEqual(
      body.events.map(({ position }) => Number(position)),
    );
    expect({ toPosition, total }).toEqual({ toPosition: '700', total: body.events.length });
  });

  it('is over at once where there is nothing to send', async () => {
    const replayId = await start({ scope: { types: ['NothingYet'] } });
    expect(await inState(app, replayId, 'completed')).toMatchObject({ done: 0, total: 0 });
    expect(await target.messages()).toEqual([]);
  });

  it('as a dry run tells how many of each type there are, and records nothing', async () => {
    const { body: before } = await app.client.get('/v1/events/counts');
    const { status, body } = await issue(app, 'start-replay', {
      topic: target.name,
      dryRun: true,
      maxEventsPerSecond: 100,
      scope: { toPosition: 800 },
    });
    expect({ status, events: body.events }).toEqual({ status: 200, events: [] });
    expect(body.plan).toEqual({
      topic: target.name,
      fromPosition: '1',
      toPosition: '800',
      total: 800,
      types: { LlmCallRecorded: 760, ExecutionStarted: 40 },
      maxEventsPerSecond: 100,
      secondsAtLeast: 8,
    });
    expect((await app.client.get('/v1/events/counts')).body).toEqual(before);
  });

  it('rests, goes on where it was, and brings nothing twice', async () => {
    const scope = { toPosition: 800 };
    // Eight seconds: a machine may be slow to say that it has begun, and to hear that it is to rest.
    const replayId = await start({ scope, maxEventsPerSecond: 100 });
    await someSent(replayId);
    await issue(app, 'pause-replay', { replayId, reason: 'the broker is busy' });
    const paused = await eventually('it at rest', async () => {
      const [one, other] = [await progressOf(app, replayId), await target.messages()];
      return one.state === 'paused' && one.done === other.length && one;
    });
    expect(paused.done).toBeLessThan(800);
    expect(paused).toMatchObject({ step: 'sending', ratePerSecond: 0, secondsLeft: null });
    expect((await issue(app, 'pause-replay', { replayId })).body.events).toEqual([]);
    await issue(app, 'resume-replay', { replayId });
    await inState(app, replayId, 'completed');
    const all = Array.from({ length: 800 }, (_, index) => index + 1);
    expect(positionsOf(await target.messages())).toEqual(all);
  });

  it('ends when it is cancelled, with what it sent', async () => {
    const replayId = await start({ scope: { toPosition: 800 }, maxEventsPerSecond: 40 });
    await someSent(replayId);
    const { status } = await issue(app, 'cancel-replay', { replayId, reason: 'wrong topic' });
    expect(status).toBe(200);
    expect(await inState(app, replayId, 'cancelled')).toMatchObject({ step: 'ended' });
    for (const name of ['pause-replay', 'resume-replay']) {
      expect((await issue(app, name, { replayId })).body).toMatchObject({
        status: 409,
        code: 'replay-ended',
      });
    }
    // A send that was under way then may have come to some partitions and not yet to others.
    await eventually('what it sent, without a gap', async () => {
      const sent = positionsOf(await target.messages());
      expect(sent).toEqual(Array.from({ length: sent.length }, (_, index) => index + 1));
      return true;
    });
  });

  it('makes smaller sends where the topic takes no larger ones', async () => {
    await target.create({ ...rightSettings, 'max.message.bytes': '4000' });
    const replayId = await start({ scope: { toPosition: 800 } });
    await inState(app, replayId, 'completed');
    // What a rejected send brought to other partitions comes twice.
    expect(new Set(positionsOf(await target.messages())).size).toBe(800);
  });

  it('fails at an event that the topic does not take, and says which', async () => {
    await target.create({ ...rightSettings, 'max.message.bytes': '4000' });
    const stage = { executionId: 'run-0', stage: 'discover_topics' };
    await app.client.command('start-stage', stage);
    const large = await app.client.command('complete-stage', {
      ...stage,
      result: 'x'.repeat(9_000),
    });
    const position = Number(large.body.position);
    const scope = { fromPosition: position - 5 };
    const replayId = await start({ scope });
    await inState(app, replayId, 'failed');
    const { body } = await app.client.get<{ events: { type: string; data: object }[] }>(
      `/v1/streams/replay-${replayId}`,
    );
    const sent = [...new Set(positionsOf(await target.messages()))];
    const { reason } = await progressOf(app, replayId);
    expect(reason).toMatch(/exceeds the topic's max.message.bytes$/);
    expect(body.events.at(-1)).toMatchObject({
      type: 'ReplayFailed',
      data: {
        cause: `the next event behind position ${String(position - 1)} exceeds the topic's max.message.bytes`,
        sent: sent.length,
        lastPosition: String(sent.at(-1)),
      },
    });
    expect(sent.at(-1)).toBe(position - 1);
  });

  it('fails when its topic is lost, rather than to begin in its middle', async () => {
    const replayId = await start({ scope: { toPosition: 800 }, maxEventsPerSecond: 40 });
    await someSent(replayId);
    await target.delete();
    await inState(app, replayId, 'failed');
    const { body } = await app.client.get<{ events: { data: { cause: string } }[] }>(
      `/v1/streams/replay-${replayId}`,
    );
    expect(body.events.at(-1)?.data.cause).toMatch(/is gone, and with it what was sent there/);
  });

  it.each([
    ['to the live topic', () => ({ topic: live.name }), 409, 'replay-to-live-topic'],
    [
      'to the live topic, dry',
      () => ({ topic: live.name, dryRun: true }),
      409,
      'replay-to-live-topic',
    ],
    ['to no topic', () => ({ topic: '__consumer_offsets' }), 400, 'malformed'],
    ['of no scope', () => ({ topic: 'x', scope: { since: 'now' } }), 400, 'malformed'],
    ['at no rate', () => ({ topic: 'x', maxEventsPerSecond: 0 }), 400, 'malformed'],
  ])('is refused %s', async (_what, request, status, code) => {
    expect((await issue(app, 'start-replay', request())).body).toMatchObject({ status, code });
  });

  it('is started once, for one key and for one id', async () => {
    const replayId = `once-${target.name}`;
    const request = { topic: target.name, replayId, scope: { toPosition: 1 } };
    const options = { idempotencyKey: replayId };
    expect((await issue(app, 'start-replay', request, options)).body.duplicate).toBe(false);
    expect((await issue(app, 'start-replay', request, options)).body.duplicate).toBe(true);
    expect((await issue(app, 'start-replay', request)).body).toMatchObject({
      code: 'replay-already-started',
    });
  });

  it('is 404 where there is none, and for operators alone', async () => {
    const unknown = await app.client.get('/v1/replays/nobody');
    expect(unknown.body).toMatchObject({ status: 404, code: 'replay-unknown' });
    for (const name of ['pause-replay', 'resume-replay', 'cancel-replay']) {
      expect((await issue(app, name, { replayId: 'nobody' })).status).toBe(404);
    }
    const request = { topic: target.name };
    const { status } = await issue(app, 'start-replay', request, { key: app.keys.service });
    expect(status).toBe(403);
  });
});

describe('a replay without brokers', () => {
  it.each([false, true])('is refused (dry run: %s)', async (dryRun) => {
    const app = await startApp();
    try {
      const { body } = await issue(app, 'start-replay', { topic: 'copy', dryRun });
      expect(body).toMatchObject({ status: 409, code: 'kafka-not-configured' });
    } finally {
      await app.stop();
    }
  });
});
