import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { OriginPruner } from '../../src/modules/telemetry/origin-pruner.service';
import { startApp } from '../harness/app';
import { clientOf } from '../harness/client';
import { freshDatabase } from '../harness/database';
import type { TestDatabase } from '../harness/database';
import { eventually } from '../harness/eventually';
import { attributesOf, startCollector } from '../harness/otlp-collector';
import type { CollectedMetrics, Collector, WirePoint } from '../harness/otlp-collector';
import { killServers, startServer } from '../harness/process';

const secret = 'operator-key-of-the-tests-003';

let database: TestDatabase;
let home: string;
let collector: Collector;

beforeEach(async () => {
  database = await freshDatabase();
  home = await mkdtemp(join(tmpdir(), 'flowledger-metrics-'));
  collector = await startCollector();
});

afterEach(async () => {
  await killServers();
  await collector.stop();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

/** Samples of the text format by their series; only those whose name `matches`. */
const seriesOfText = (text: string, matches: RegExp): Map<string, number> =>
  new Map(
    text
      .split('\n')
      .filter((line) => matches.test(line))
      .map((line): [string, number] => {
        const end = line.lastIndexOf(' ');
        return [line.slice(0, end), Number(line.slice(end + 1))];
      }),
  );

const seriesName = (name: string, labels: Readonly<Record<string, unknown>>): string => {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${String(value)}"`);
  return pairs.length === 0 ? name : `${name}{${pairs.join(',')}}`;
};

/** What Prometheus would have made of a histogram's point. */
const bucketsOf = (name: string, point: WirePoint): [string, number][] => {
  const labels = attributesOf(point.attributes);
  const bounds = [...(point.explicitBounds ?? []), '+Inf'];
  let upTo = 0;
  const buckets = (point.bucketCounts ?? []).map((count, index): [string, number] => {
    upTo += Number(count);
    return [seriesName(`${name}_bucket`, { le: bounds[index], ...labels }), upTo];
  });
  return [
    ...buckets,
    [seriesName(`${name}_sum`, labels), point.sum ?? 0],
    [seriesName(`${name}_count`, labels), Number(point.count)],
  ];
};

/** The same of what was pushed. */
const seriesOfPush = ({ metrics }: CollectedMetrics, matches: RegExp): Map<string, number> =>
  new Map(
    metrics.flatMap(({ name, sum, gauge, histogram }) => {
      const points = [...(sum?.dataPoints ?? []), ...(gauge?.dataPoints ?? [])];
      return [
        ...points.map((point): [string, number] => [
          seriesName(name, attributesOf(point.attributes)),
          point.asDouble ?? Number(point.asInt),
        ]),
        ...(histogram?.dataPoints ?? []).flatMap((point) => bucketsOf(name, point)),
      ].filter(([series]) => matches.test(series));
    }),
  );

describe('metrics that are pushed', () => {
  it('are those of /metrics, to the last bucket', async () => {
    const server = startServer({
      FLOWLEDGER_HOME: home,
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      FLOWLEDGER_KEYS: `operator:operator:${secret}`,
      ...collector.env,
      OTEL_TRACES_EXPORTER: 'none',
      OTEL_METRICS_EXPORTER: 'otlp',
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_SERVICE_NAME: 'ledger-of-the-tests',
    });
    const url = await server.ready;
    const client = clientOf(url, secret);
    for (let number = 0; number < 5; number += 1) {
      const execution = { executionId: `run-${String(number)}`, topic: 'A topic' };
      await client.command('start-execution', execution);
    }
    await client.command('start-execution', { executionId: 'run-1', topic: 'A topic' });

    // Of these nothing changes any more.
    const settled = /^flowledger_(commands|commit|style)_/;
    const text = await (await fetch(`${url}/metrics`)).text();
    const told = seriesOfText(text, settled);
    expect(
      told.get('flowledger_commands_total{command="start-execution",outcome="appended"}'),
    ).toBe(5);
    const since = collector.pushes.length;
    const push = await eventually('a push', () => collector.pushes[since + 1]);
    const zero = [...told].filter(([, value]) => value !== 0);
    const pushed = [...seriesOfPush(push, settled)].filter(([, value]) => value !== 0);
    expect(new Map(pushed)).toEqual(new Map(zero));

    // Of requests, handles and resources of the process there is a series by kind only while there is one.
    const passing = /^nodejs_active_(requests|handles|resources)$/;
    const families = [...text.matchAll(/^([a-z_]+?)(?:_bucket|_sum|_count)?(?:\{.*)? \S+$/gm)]
      .map(([, name]) => name!)
      .filter((name) => !passing.test(name));
    const names = new Set(push.metrics.map(({ name }) => name));
    expect(families).toContain('nodejs_active_handles_total');
    expect(families.filter((name) => !names.has(name))).toEqual([]);
    expect(push.resource).toMatchObject({ 'service.name': 'ledger-of-the-tests' });
    expect(collector.spans).toEqual([]);
  });
});

describe('origins of traces', () => {
  it('are kept until they were read, or for ten minutes', async () => {
    const app = await startApp({ database });
    await app.client.command('start-execution', { executionId: 'run-1', topic: 'A topic' });
    await database.sql(`
      insert into ops.trace_origins
        (last_position, positions, events, traceparents, tracestates, recorded_at)
      values (1, '{1}', '{1}', '{x}', '{""}', clock_timestamp()),
        (1000000, '{1000000}', '{1}', '{x}', '{""}', clock_timestamp()),
        (1000001, '{1000001}', '{1}', '{x}', '{""}', clock_timestamp() - interval '11 minutes')`);
    const left = await eventually('nothing but what is to be read', async () => {
      await app.get(OriginPruner).prune();
      const rows = await database.sql<{ position: string }>(
        'select last_position::text as position from ops.trace_origins',
      );
      return rows.length === 1 && rows;
    });
    expect(left).toEqual([{ position: '1000000' }]);
    await app.stop();
  });
});
