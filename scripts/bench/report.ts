import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { count } from '../../src/modules/cli/amounts';
import { table } from '../../src/modules/cli/table';
import type { Row } from './figures';
import type { Machine } from './machine';
import { projectFolder } from './places';

/** What one measurement came to: figures, or why there are none. */
export interface Outcome {
  readonly name: string;
  readonly seconds: number;
  readonly rows: readonly Row[];
  readonly failure: string | null;
  /** What this machine lacks to measure it. */
  readonly skipped: string | null;
}

export interface Report {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly runs: number;
  readonly outcomes: readonly Outcome[];
}

/** Three digits that count; thousands apart. */
const shown = (value: number): string => {
  if (!Number.isFinite(value)) return '-';
  if (value >= 100) return count(Math.round(value));
  return value.toFixed(value >= 10 ? 1 : 2);
};

const verdicts = new Map([
  [true, 'yes'],
  [false, 'NO'],
]);

const cellsOf = (row: Row): string[] => [
  row.figure,
  `${shown(row.value)} ${row.unit}`,
  row.baseline === null ? '' : `${shown(row.baseline.value)} ${row.baseline.name}`,
  row.ratio === null ? '' : `${row.ratio.toFixed(2)} x`,
  row.budget ?? '',
  row.holds === null ? '' : (verdicts.get(row.holds) ?? ''),
  row.samples.length < 2 ? '' : `${shown(row.spread.min)}-${shown(row.spread.max)}`,
];

const columns = [
  { title: 'figure' },
  { title: 'value', align: 'right' },
  { title: 'baseline' },
  { title: 'ratio', align: 'right' },
  { title: 'budget' },
  { title: 'holds' },
  { title: 'spread' },
] as const;

const machineLines = ({ machine, quick, runs }: Report): string[] => [
  `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, ${machine.platform}; Node ${machine.node}, PostgreSQL ${machine.postgres}; commit ${machine.commit ?? 'unknown'}, ${machine.date}`,
  `Medians of ${runs} rounds${quick ? ' at most (quick)' : ''}. Drivers, servers, database and broker share the ${machine.cores} cores. fsync is on for all; one takes ${machine.syncMilliseconds.toFixed(2)} ms here.`,
  ...(machine.inMemory
    ? ['The data was in memory (tmpfs), so nothing was durable: set TMPDIR to a disk.']
    : []),
];

const noteLines = ({ outcomes }: Report): string[] =>
  outcomes.flatMap(({ rows }) =>
    rows.flatMap(({ figure, note }) => (note === null ? [] : [`${figure}: ${note}`])),
  );

/** The report for a person. */
export const asText = (report: Report): string => {
  const cells = report.outcomes.flatMap(({ rows }) => rows.map(cellsOf));
  const absences = report.outcomes.flatMap(({ name, failure, skipped }) => [
    ...(failure === null ? [] : [`${name} could not be measured: ${failure}`]),
    ...(skipped === null ? [] : [`${name} was not measured: ${skipped}`]),
  ]);
  const lines = [...machineLines(report), ...noteLines(report), ...absences];
  return `\n${table(columns, cells, { width: 200 })}\n${lines.map((line) => `  ${line}\n`).join('')}`;
};

/** Keeps the report, beside those before it; tells where. */
export const keepReport = async (report: Report): Promise<string> => {
  const folder = join(projectFolder, 'bench-output');
  await mkdir(folder, { recursive: true });
  const stamp = report.machine.date.replace(/[-:]|\.\d+/g, '');
  const file = join(folder, `${stamp}${report.quick ? '-quick' : ''}.json`);
  await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
  return file;
};
