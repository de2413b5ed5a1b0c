import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clientOf } from '../harness/client';
import type { Client } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import { startCollector } from '../harness/otlp-collector';
import type { CollectedSpan, Collector } from '../harness/otlp-collector';
import { killServers, startServer } from '../harness/process';
import type { ServerProcess } from '../harness/process';
import { firstGenerationOf } from '../harness/read-models';

const secret = 'operator-key-of-the-tests-003';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const callerSpan = '00f067aa0ba902b7';
const sampled = { traceparent: `00-${traceId}-${callerSpan}-01`, tracestate: 'rojo=1' };
const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 };
const done = { code: 0, signal: null };

let database: TestDatabase;
let home: string;
let collector: Collector;

beforeEach(async () => {
  database = await freshDatabase();
  home = await mkdtemp(join(tmpdir(), 'flowledger-tracing-'));
  collector = await startCollector();
});

afterEach(async () => {
  await killServers();
  await collector.stop();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

/** A server as a process, for its packages are loaded and its variables read once in each. */
const launch = (env: Readonly<Record<string, string>> = {}): ServerProcess =>
  startServer({
    FLOWLEDGER_HOME: home,
    DATABASE_URL: database.url,
    DATABASE_OWNER_URL: database.ownerUrl,
    FLOWLEDGER_KEYS: `operator:operator:${secret}`,
    ...env,
  });

const start = async (
  env: Readonly<Record<string, string>> = collector.env,
): Promise<{ server: ServerProcess; url: string; client: Client }> => {
  const server = launch(env);
  const url = await server.ready;
  return { server, url, client: clientOf(url, secret) };
};

const begin = (client: Client, executionId: string, headers = {}) =>
  client.command('start-execution', { executionId, topic: 'A topic' }, { headers });

const call = {
  agent: 'writer',
  model: 'gpt-4o',
  inputTokens: 1_000,
  cachedInputTokens: 200,
  outputTokens: 500,
  reasoningTokens: 50,
  durationSeconds: 2.5,
};

const spansOf = (trace: string): CollectedSpan[] =>
  collector.spans.filter((span) => span.traceId === trace);

const named = (trace: string, name: string): CollectedSpan | undefined =>
  spansOf(trace).find((span) => span.name === name);

/** The span of that name, once it has come. */
const arrived = (trace: string, name: string): Promise<CollectedSpan> =>
  eventually(`${name} of ${trace}`, () => named(trace, name));

const statuses = firstGenerationOf('execution-status');

/** Those of the read models' live generations, whatever else catches up meanwhile. */
const statusOf = (trace: string, name: string): CollectedSpan[] =>
  spansOf(trace).filter(
    (span) =>
      span.name === name &&
      (span.attributes['flowledger.generations'] as string[]).includes(statuses),
  );

const applied = (trace: string, name = 'apply ledger'): Promise<CollectedSpan> =>
  eventually(`${name} of ${trace}`, () => statusOf(trace, name)[0]);

describe('the trace of a command', () => {
  it('goes from its caller through commit and ledger feed to the read models', async () => {
    const { client } = await start();
    const answer = await begin(client, 'run-1', { ...sampled, 'x-correlation-id': 'kept' });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.headers.get('x-correlation-id')).toBe('kept');
    const position = Number(answer.body.position);
    const apply = await applied(traceId);
    const command = await arrived(traceId, 'POST /v1/commands/:name');
    const commit = await arrived(traceId, 'commit');
    expect(command).toMatchObject({ parentSpanId: callerSpan, kind: kinds.server });
    expect(commit).toMatchObject({ parentSpanId: command.spanId, kind: kinds.client });
    expect(apply).toMatchObject({ parentSpanId: command.spanId, kind: kinds.consumer });
    expect(new Set(spansOf(traceId).map(({ name }) => name)).size).toBe(3);

    expect(command.attributes).toEqual({
      'http.request.method': 'POST',
      'http.response.status_code': 200,
      'http.route': '/v1/commands/:name',
      'url.path': '/v1/commands/start-execution',
      'url.scheme': 'http',
      'flowledger.correlation_id': 'kept',
      'flowledger.command': 'start-execution',
      'flowledger.stream': 'execution-run-1',
      'flowledger.events': 1,
      'flowledger.position': position,
    });
    expect(command.events?.map(({ name }) => name)).toEqual(['decided']);
    expect(apply.attributes).toMatchObject({
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'ledger',
      'flowledger.position': position,
    });
  });

  it('carries what vendors put beside it, and one name of the service, through both threads', async () => {
    const { client } = await start({
      ...collector.env,
      OTEL_SERVICE_NAME: 'ledger-of-the-tests',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=test',
    });
    await begin(client, 'run-1', sampled);
    const apply = await applied(traceId);
    const request = await arrived(traceId, 'POST /v1/commands/:name');
    expect(apply.traceState).toBe('rojo=1');
    expect(apply.resource).toMatchObject({
      'service.name': 'ledger-of-the-tests',
      'deployment.environment.name': 'test',
    });
    expect(apply.resource).toEqual(request.resource); // the instance, too
  });

  it('shows a refusal as an answer and not as a failure, and an error of the server as one', async () => {
    const { client } = await start();
    await begin(client, 'run-1');
    const refused = await begin(client, 'run-1', sampled);
    expect(refused.status).toBe(409);
    const command = await arrived(traceId, 'POST /v1/commands/:name');
    expect(command.status?.code ?? 0).toBe(0);
    expect(command.attributes).toMatchObject({
      'http.response.status_code': 409,
      'flowledger.command': 'start-execution',
      'flowledger.refusal': refused.body.code,
    });

    const other = 'a'.repeat(32);
    const late = '/v1/projections/execution-status/run-1?minPosition=100000000';
    const headers = { traceparent: `00-${other}-${callerSpan}-01` };
    expect((await client.get(late, { headers, once: true })).status).toBe(503);
    const failed = await arrived(other, 'GET /v1/projections/:name/:key');
    expect(failed.status?.code).toBe(2);
    expect(failed.attributes).toMatchObject({ 'error.type': '503' });
  });

  it('is of its own where the propagator is none', async () => {
    const { client } = await start({ ...collector.env, OTEL_PROPAGATORS: 'none' });
    await begin(client, 'run-1', sampled);
    const request = await eventually('a request', () =>
      collector.spans.find(({ name }) => name === 'POST /v1/commands/:name'),
    );
    expect(request.traceId).not.toBe(traceId);
    expect(request.parentSpanId ?? '').toBe('');
  });
});

describe('a commit of many commands', () => {
  it('is below the first of them and linked to the others, and so is what is applied', async () => {
    const { client } = await start();
    const lines = Array.from({ length: 130 }, (_, index) => ({
      command: 'start-execution',
      data: { executionId: `run-${String(index)}`, topic: 'A topic' },
    }));
    await client.bulk(lines, { headers: sampled });
    await arrived(traceId, 'POST /v1/commands');
    const commands = spansOf(traceId).filter(({ name }) => name === 'start-execution');
    expect(commands).toHaveLength(100); // of the first hundred lines

    /** How often each command is reached from spans of a batch. */
    const reached = (batches: readonly CollectedSpan[]): number[] => {
      const ids = batches.flatMap(({ parentSpanId, links }) => [parentSpanId, ...links]);
      return commands.map(({ spanId }) => ids.filter((id) => id === spanId).length);
    };
    const once = commands.map(() => 1);
    const commits = spansOf(traceId).filter(({ name }) => name === 'commit');
    expect(reached(commits)).toEqual(once);
    await eventually('the last of them applied', () =>
      reached(statusOf(traceId, 'apply ledger')).every((count) => count > 0),
    );
    expect(reached(statusOf(traceId, 'apply ledger'))).toEqual(once);

    const gathered = commits.find(({ links }) => links.length > 0);
    const linked = commands.find(({ spanId }) => gathered?.links.includes(spanId));
    expect(linked?.links).toEqual([gathered?.spanId]);
  });
});

describe('a model call', () => {
  it('has the names of the conventions, and nothing of what was said', async () => {
    const { client } = await start();
    await begin(client, 'run-1');
    const metadata = { provider: 'openai', prompt: 'a word that nobody repeats' };
    const body = { executionId: 'run-1', ...call, metadata };
    expect(await client.command('record-llm-call', body, { headers: sampled })).toMatchObject({
      status: 200,
    });
    const { attributes } = await arrived(traceId, 'POST /v1/commands/:name');
    expect(attributes).toMatchObject({
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.agent.name': 'writer',
      'gen_ai.usage.input_tokens': 1_000,
      'gen_ai.usage.cache_read.input_tokens': 200,
      'gen_ai.usage.output_tokens': 500,
      'gen_ai.usage.reasoning.output_tokens': 50,
    });
    expect(JSON.stringify(collector.spans)).not.toContain(metadata.prompt);
  });
});

describe('a style query', () => {
  it('is a retrieval, with the embedding that it took below it, and nothing of what was asked', async () => {
    const { client } = await start();
    const first = 'Numbers carry the argument, and every claim has its source beside it.';
    const more = 'Short sentences come first; a long one may come once it is earned by them.';
    const article = { source: 'how-we-write.md', markdown: `${first}\n\n${more}\n` };
    expect(await client.command('index-article', article)).toMatchObject({ status: 200 });
    const query = { agent: 'writer', nResults: 2, minScore: 0.1 };
    const words = 'claims with sources';
    await eventually('paragraphs with vectors', async () => {
      const { body } = await client.get<{ semantic: { indexed: number } }>(
        '/v1/style-memory/stats',
      );
      return body.semantic.indexed === 2;
    });
    // On a busy machine the model may be too late: another question is another trace.
    const { trace, results } = await eventually('an answer with the embedding', async () => {
      const asked = randomBytes(16).toString('hex');
      const headers = { traceparent: `00-${asked}-${callerSpan}-01` };
      const { status, body } = await client.post<{ degraded: boolean; results: unknown[] }>(
        '/v1/style-memory/query',
        { ...query, text: `${words} ${asked}` },
        { headers },
      );
      expect(status).toBe(200);
      return body.degraded ? undefined : { trace: asked, results: body.results };
    });
    const request = await arrived(trace, 'POST /v1/style-memory/query');
    const retrieval = await arrived(trace, 'retrieval style-memory');
    expect(retrieval.parentSpanId).toBe(request.spanId);
    expect(retrieval.attributes).toEqual({
      'gen_ai.operation.name': 'retrieval',
      'gen_ai.data_source.id': 'style-memory',
      'gen_ai.request.top_k': 2,
      'gen_ai.agent.name': 'writer',
      'flowledger.results': results.length,
    });
    const embedding = spansOf(trace).find(
      ({ attributes }) => attributes['gen_ai.operation.name'] === 'embeddings',
    );
    expect(embedding).toMatchObject({ parentSpanId: retrieval.spanId, kind: kinds.client });
    expect(embedding?.attributes).toMatchObject({ 'gen_ai.embeddings.dimension.count': 512 });
    expect(await arrived(trace, 'record-standalone-style-query')).toMatchObject({
      parentSpanId: request.spanId,
    });
    expect(JSON.stringify(collector.spans)).not.toContain(words);
  });
});

describe('sampling', () => {
  it('leaves out whom the sampler leaves out, on every way', async () => {
    const { client } = await start({
      ...collector.env,
      OTEL_TRACES_SAMPLER: 'parentbased_always_off',
    });
    // They are taken away every ten seconds, once they were read.
    await database.sql('create rule kept as on delete to ops.trace_origins do instead nothing');
    const unsampled = { traceparent: `00-${'b'.repeat(32)}-${callerSpan}-00` };
    await begin(client, 'run-1');
    await begin(client, 'run-2', unsampled);
    const { body } = await begin(client, 'run-3', sampled);
    await applied(traceId);
    expect(collector.spans.filter((span) => span.traceId !== traceId)).toEqual([]);
    const origins = await database.sql<{ positions: string[] }>(
      'select positions from ops.trace_origins',
    );
    expect(origins).toEqual([{ positions: [body.position] }]);
  });
});

describe('without being asked for', () => {
  const probe = `
    const { writeFileSync } = require('node:fs');
    const { isMainThread } = require('node:worker_threads');
    process.on('exit', () => {
      const packages = Object.keys(require.cache)
        .map((path) => /@opentelemetry[/\\\\]([^/\\\\]+)/.exec(path)?.[1])
        .filter((name) => name !== undefined);
      const thread = isMainThread ? 'main' : 'thread';
      const name = process.env.PROBED + '/' + thread + '-' + process.pid + '-' + packages.length;
      writeFileSync(name, JSON.stringify([...new Set(packages)].sort()));
    });`;

  /** The packages that the threads of a server had loaded when it ended. */
  const packagesOf = async (env: Readonly<Record<string, string>>): Promise<string[][]> => {
    const file = join(home, 'probe.cjs');
    const probed = await mkdtemp(join(home, 'probed-'));
    await writeFile(file, probe);
    const variables = { NODE_OPTIONS: `--require ${file}`, PROBED: probed };
    const { server, client } = await start({ ...env, ...variables });
    expect(await begin(client, `run-${String(server.pid)}`, sampled)).toMatchObject({
      status: 200,
    });
    expect(await server.kill('SIGTERM')).toEqual(done);
    const names = (await readdir(probed)).filter((name) => !/-0$/.test(name));
    return Promise.all(
      names.map(async (name) => JSON.parse(await readFile(join(probed, name), 'utf8')) as string[]),
    );
  };

  it('loads none of the SDK in any thread, and writes nothing beside the ledger', async () => {
    for (const packages of await packagesOf({})) expect(packages).toEqual(['api']);
    expect(await database.sql('select from ops.trace_origins')).toEqual([]);
    expect(collector.types.size).toBe(0);
    const traced = await packagesOf(collector.env); // or nothing was looked at
    expect(traced.filter((packages) => packages.includes('sdk-trace'))).toHaveLength(2);
  });

  it('is off by OTEL_SDK_DISABLED, whatever else is said', async () => {
    const { client } = await start({ ...collector.env, OTEL_SDK_DISABLED: 'true' });
    await begin(client, 'run-1', sampled);
    expect(await database.sql('select from ops.trace_origins')).toEqual([]);
  });
});

describe('a collector that is away', () => {
  it('disturbs nobody: what there is no room for is dropped, counted, and told once', async () => {
    const { port } = collector;
    await collector.stop();
    const { server, url, client } = await start({
      ...collector.env,
      LOG_LEVEL: 'info',
      OTEL_BSP_MAX_QUEUE_SIZE: '8',
      OTEL_EXPORTER_OTLP_TIMEOUT: '200',
    });
    const counts = async (): Promise<Record<string, number>> => {
      const text = await (await fetch(`${url}/metrics`)).text();
      const lines = text.matchAll(/^flowledger_trace_spans_total\{outcome="(\w+)"\} (\d+)$/gm);
      return Object.fromEntries([...lines].map(([, outcome, count]) => [outcome!, Number(count)]));
    };
    let crowds = 0;
    const away = await eventually('spans that failed, and some that were dropped', async () => {
      // At once, so that more spans end together than there is room for.
      crowds += 1;
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, number) => begin(client, `run-${crowds}-${number}`)),
      );
      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      const found = await counts();
      return found['failed']! > 0 && found['dropped']! > 0 && found;
    });
    expect(away['exported']).toBe(0);
    await eventually('more that failed', async () => {
      await begin(client, `more-${String(performance.now())}`);
      return (await counts())['failed']! > away['failed']!;
    });

    collector = await startCollector(port);
    await eventually('spans again', async () => {
      await begin(client, `later-${String(performance.now())}`);
      return (await counts())['exported']! > 0;
    });
    // It may be too slow for one of them later on, which is told as well.
    const [before] = await eventually('a line', () => {
      const parts = server.output.stderr.split('the collector takes spans again');
      return parts.length > 1 && parts;
    });
    expect(before?.split('the collector takes no spans for now')).toHaveLength(2);
    expect(await server.kill('SIGTERM')).toEqual(done);
  });

  it('does not hold up the end of a server', async () => {
    await collector.stop();
    const { server, client } = await start({ ...collector.env, FLOWLEDGER_DRAIN_SECONDS: '60' });
    await begin(client, 'run-1');
    expect(await server.kill('SIGTERM')).toEqual(done); // and not 1, as after the drain's time
    collector = await startCollector();
  });
});

describe('a server that stops', () => {
  it('sends what it still has, of both threads', async () => {
    const { server, client } = await start({ ...collector.env, OTEL_BSP_SCHEDULE_DELAY: '600000' });
    const { body } = await begin(client, 'run-1', sampled);
    const path = `/v1/projections/execution-status/run-1?minPosition=${body.position}`;
    await eventually('it applied', async () => (await client.get(path)).status === 200);
    expect(collector.spans).toEqual([]);
    expect(await server.kill('SIGTERM')).toEqual(done);
    expect(named(traceId, 'POST /v1/commands/:name')).toBeDefined();
    expect(statusOf(traceId, 'apply ledger')).toHaveLength(1);
  });
});

describe('the protocol', () => {
  it('is protobuf unless said otherwise', async () => {
    const { client } = await start({ ...collector.env, OTEL_EXPORTER_OTLP_PROTOCOL: '' });
    await begin(client, 'run-1');
    await eventually('a request', () => collector.types.size > 0);
    expect([...collector.types]).toEqual(['application/x-protobuf']);
  });
});

describeWithKafka('the trace of a command through Kafka', (bootstrap) => {
  /** Until it has joined its group it may be so long that read models are fed from the ledger. */
  const joined = (client: Client, topic: string): Promise<true> =>
    eventually('what is applied comes from the topic', async () => {
      await begin(client, `early-${String(performance.now())}`);
      return collector.spans.some(({ name }) => name === `apply ${topic}`);
    });

  it('goes on from the message, which says where its event comes from', async () => {
    const topic = topicOn(bootstrap);
    const { server, client } = await start({ ...collector.env, ...topic.env });
    await joined(client, topic.name);
    await begin(client, 'run-1', sampled);
    const apply = await applied(traceId, `apply ${topic.name}`);
    const command = await arrived(traceId, 'POST /v1/commands/:name');
    const send = await arrived(traceId, `send ${topic.name}`);
    expect(send).toMatchObject({ parentSpanId: command.spanId, kind: kinds.producer });
    expect(apply).toMatchObject({ parentSpanId: send.spanId, kind: kinds.consumer });
    expect(apply.traceState).toBe('rojo=1');
    expect(send.attributes).toMatchObject({
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.destination.name': topic.name,
    });
    const headers = (await topic.messages())
      .map((message) => message.headers ?? {})
      .filter((one) => String(one['ce_subject']) === 'execution-run-1');
    expect(headers.map((one) => String(one['ce_traceparent']))).toEqual([
      `00-${traceId}-${command.spanId}-01`,
    ]);
    expect(headers.map((one) => String(one['traceparent']))).toEqual([
      `00-${traceId}-${send.spanId}-01`,
    ]);
    expect(headers.map((one) => String(one['ce_tracestate']))).toEqual(['rojo=1']);
    expect(await server.kill('SIGTERM')).toEqual(done);
  });

  it('is left alone by a replay, which is a trace of its own and leads to its command', async () => {
    const topic = topicOn(bootstrap);
    const other = topicOn(bootstrap);
    const { server, client } = await start({ ...collector.env, ...topic.env });
    await begin(client, 'run-1', sampled);
    const replaying = 'c'.repeat(32);
    const headers = { traceparent: `00-${replaying}-${callerSpan}-01` };
    const replay = { replayId: 'again', topic: other.name };
    expect(await client.command('start-replay', replay, { headers })).toMatchObject({
      status: 200,
    });
    const command = await arrived(replaying, 'POST /v1/commands/:name');
    const course = await eventually('the replay', () =>
      collector.spans.find(({ name }) => name === `replay ${other.name}`),
    );
    expect(course.links).toEqual([command.spanId]);
    expect([traceId, replaying]).not.toContain(course.traceId);
    const send = await arrived(course.traceId, 'send');
    expect(send.parentSpanId).toBe(course.spanId);
    for (const message of await other.messages()) {
      expect(String(message.headers?.['traceparent'])).toBe(
        `00-${course.traceId}-${send.spanId}-01`,
      );
    }
    expect(await server.kill('SIGTERM')).toEqual(done);
    await other.delete();
  });
});
