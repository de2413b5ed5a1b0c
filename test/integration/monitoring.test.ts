/* Alert rules, the Grafana dashboard and docs/operations.md: what they ask for is what the server tells. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { parse } from 'yaml';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';

const root = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly runbook: string };
}
const rules = (parse(read('deploy/prometheus/alerts.yaml')) as { groups: { rules: Rule[] }[] })
  .groups[0]!.rules;

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}
const { panels } = JSON.parse(read('deploy/grafana/flowledger.json')) as { panels: Panel[] };

const queries = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...panels.flatMap(({ title, targets = [] }) =>
    // Grafana puts a duration in its place before Prometheus sees it.
    targets.map(({ expr }) => [title, expr.replaceAll('$__rate_interval', '5m')] as const),
  ),
];

/** The metrics and labels that a query names. @throws Error where it is no PromQL */
const namesIn = (query: string): { metrics: string[]; labels: string[] } => {
  const metrics: string[] = [];
  const labels: string[] = [];
  parser.parse(query).iterate({
    enter: ({ type, from, to, node }) => {
      const text = query.slice(from, to);
      if (type.isError) throw new Error(`no PromQL at ${from}: ${query}`);
      if (type.name === 'Identifier' && node.parent?.name === 'VectorSelector') metrics.push(text);
      if (type.name === 'LabelName') labels.push(text);
    },
  });
  return { metrics, labels };
};

/** Given by Prometheus itself. */
const ofPrometheus = { metrics: ['up'], labels: ['job', 'instance'] };

describe('what is watched', () => {
  let app: TestApp;
  /** Label names by sample name. */
  let told: Map<string, Set<string>>;

  beforeAll(async () => {
    // Kafka is away, which is told as well.
    app = await startApp({
      env: {
        KAFKA_BROKERS: '127.0.0.1:1',
        FLOWLEDGER_FEED: 'ledger',
        FLOWLEDGER_ALERT_WEBHOOKS: `http://127.0.0.1:1/#whsec_${'A'.repeat(32)}`,
      },
    });
    await app.client.command('start-execution', { executionId: 'watched' });
    await app.client.post('/v1/style-memory/query', { text: 'a quiet alarm' });
    told = await eventually('every metric', async () => {
      const { body } = await app.client.get<string>('/metrics', { key: null });
      const samples = [...body.matchAll(/^([a-z0-9_]+)(?:\{(.*)\})? \S+$/gm)];
      const names = new Map<string, Set<string>>();
      for (const [, name = '', labels = ''] of samples) {
        const known = [...labels.matchAll(/([a-z_]+)="/g)].map(([, label = '']) => label);
        names.set(name, new Set([...(names.get(name) ?? []), ...known]));
      }
      return names.has('flowledger_http_request_seconds_count') ? names : null;
    });
  });
  afterAll(() => app.stop());

  const expectTold = (query: string): void => {
    const { metrics, labels } = namesIn(query);
    expect(metrics.length).toBeGreaterThan(0);
    const ours = metrics.filter((metric) => !ofPrometheus.metrics.includes(metric));
    expect([...told.keys()]).toEqual(expect.arrayContaining(ours));
    const known = [...ours.flatMap((metric) => [...told.get(metric)!]), ...ofPrometheus.labels];
    expect(labels.filter((label) => !known.includes(label))).toEqual([]);
  };

  test.each(queries)('%s asks for what there is: %s', (_, query) => {
    expectTold(query);
  });

  test('a query that is no PromQL, or names what there is not, is found', () => {
    expect(() => namesIn('sum(rate(flowledger_commands_total[5m])')).toThrow(/no PromQL/);
    expect(() => expectTold('max by (colour) (flowledger_commands_total)')).toThrow(/colour/);
    expect(() => expectTold('flowledger_command_total')).toThrow(/flowledger_command_total/);
  });

  test('docs/operations.md names only metrics that there are', () => {
    const named = read('docs/operations.md').match(/\b(?:flowledger|nodejs|process)_[a-z0-9_]+/g);
    const metrics = [...new Set(named)].filter((name) => name !== 'flowledger_app');
    expect(metrics.length).toBeGreaterThan(5);
    const known = [...told.keys()].map((name) => name.replace(/_(?:bucket|count|sum)$/, ''));
    expect(metrics.filter((name) => !known.includes(name) && !told.has(name))).toEqual([]);
  });

  test('every alert has a name of its own and a page that says what to do', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { annotations } of rules) expect(read(annotations.runbook)).not.toBe('');
  });

  test('every panel has an id of its own and something to show', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    expect(queries.length).toBeGreaterThan(rules.length + 15);
  });
});
