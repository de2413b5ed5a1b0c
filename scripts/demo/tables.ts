import { count, roundedUsd } from '../../src/modules/cli/amounts';
import { table } from '../../src/modules/cli/table';
import type { TableColumn } from '../../src/modules/cli/table';
import type { Palette } from '../../src/modules/cli/terminal';
import type { ExecutionRow, Figures, RoiRow } from './figures';

const right = (title: string): TableColumn => ({ title, align: 'right' });
const barWidth = 24;
const indent = 3;

const costOf = (rows: readonly ExecutionRow[]): bigint =>
  rows.reduce((sum, { costNanoUsd }) => sum + costNanoUsd, 0n);

const bar = (share: number): string => '█'.repeat(Math.max(1, Math.round(share * barWidth)));

const byStatus = (rows: readonly ExecutionRow[]) => {
  const statuses = [...new Set(rows.map(({ status }) => status))];
  const groups = statuses.map(
    (name) => [name, rows.filter(({ status }) => status === name)] as const,
  );
  const most = Math.max(...groups.map(([, of]) => of.length));
  const columns = [
    { title: 'status' },
    right('executions'),
    right('calls'),
    right('USD'),
    { title: '' },
  ];
  const lines = groups
    .sort(([, one], [, other]) => other.length - one.length)
    .map(([status, of]) => [
      status,
      count(of.length),
      count(of.reduce((sum, { calls }) => sum + calls, 0)),
      roundedUsd(costOf(of), 2),
      bar(of.length / most),
    ]);
  return { columns, lines };
};

const verdicts: readonly (readonly [string, (row: ExecutionRow) => boolean])[] = [
  ['published at once', (row) => row.decision === 'publish' && row.revisions === 0],
  ['published after 1 revision', (row) => row.decision === 'publish' && row.revisions === 1],
  ['published after 2 or 3', (row) => row.decision === 'publish' && row.revisions > 1],
  ['sent back, being revised', ({ decision }) => decision === 'revise'],
  ['rejected', ({ decision }) => decision === 'reject'],
];

const byDecision = (rows: readonly ExecutionRow[]) => {
  const columns = [
    { title: 'quality gate' },
    ...['executions', 'mean score', 'USD each'].map(right),
  ];
  const lines = verdicts.flatMap(([name, is]) => {
    const of = rows.filter(is);
    if (of.length === 0) return [];
    const score = of.reduce((sum, row) => sum + (row.score ?? 0), 0) / of.length;
    const each = roundedUsd(costOf(of) / BigInt(of.length), 3);
    return [[name, count(of.length), score.toFixed(1), each]];
  });
  return { columns, lines };
};

const seconds = (milliseconds: number | null): string =>
  milliseconds === null ? '-' : (milliseconds / 1_000).toFixed(1);

const roi = (title: 'agent' | 'model', rows: readonly RoiRow[]) => {
  const titles = ['calls', 'unpriced', 'tokens in', 'out', 'USD', 'p50 s', 'p95 s'];
  const lines = [...rows]
    .sort((one, other) => Number(other.costNanoUsd - one.costNanoUsd))
    .map((row) => [
      row[title] ?? '',
      ...[row.calls, row.unpricedCalls, row.inputTokens, row.outputTokens].map(count),
      roundedUsd(row.costNanoUsd, 2),
      seconds(row.durationMs.p50),
      seconds(row.durationMs.p95),
    ]);
  return { columns: [{ title, shrinks: true }, ...titles.map(right)], lines };
};

const dearest = (rows: readonly ExecutionRow[]) => {
  const columns = [
    { title: 'most expensive' },
    { title: 'topic', shrinks: true },
    { title: 'status' },
    ...['revisions', 'USD'].map(right),
  ];
  const lines = [...rows]
    .sort((one, other) => Number(other.costNanoUsd - one.costNanoUsd))
    .slice(0, 5)
    .map(({ executionId, topic, status, revisions, costNanoUsd }) => [
      executionId,
      topic ?? '',
      status,
      count(revisions),
      roundedUsd(costNanoUsd, 3),
    ]);
  return { columns, lines };
};

/** The figures of a day as tables of at most 80 columns. */
export const tables = ({ executions, agents, models }: Figures, { strong }: Palette): string =>
  [
    byStatus(executions),
    byDecision(executions),
    roi('agent', agents),
    roi('model', models),
    dearest(executions),
  ]
    .map(({ columns, lines }) => table(columns, lines, { indent, heading: strong }))
    .join('\n');
