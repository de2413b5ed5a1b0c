import { projections } from '../../projections';
import { count } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import { columnsOf } from '../projector/table';
import type { MomentDiff } from '../reading/moment-diffs/moment-diff.schemas';

type TableDiff = MomentDiff['tables'][number];
type Sample = TableDiff['samples'][number];

const shown = (value: string | null): string => value ?? 'nothing';

/** Columns of counts packed into one number (ADR 18), which tells a person nothing. */
const histogramsOf = (name: string): ReadonlySet<string> => {
  const columns = projections.filter((one) => one.name === name).flatMap(columnsOf);
  return new Set(columns.filter(({ type }) => type === 'numeric').map((column) => column.name));
};

const amount = (sum: string): string => (/^-?\d+$/.test(sum) ? count(BigInt(sum)) : sum);

const momentText = (name: string, { position, ledgerHash }: MomentDiff['before']): string =>
  `  ${name} position ${position}  ${ledgerHash}\n`;

const countsText = (tables: readonly TableDiff[], { faint }: Palette): string => {
  const right = (title: string) => ({ title, align: 'right' }) as const;
  const titles = ['rows before', 'after', 'added', 'missing', 'changed'];
  const rows = tables.map(({ table: name, rows: { before, after }, added, missing, changed }) => [
    name,
    ...[before, after, added, missing, changed].map(count),
  ]);
  return table([{ title: 'table', shrinks: true }, ...titles.map(right)], rows, { heading: faint });
};

/** The sums that are not the same. */
const sumsText = (
  { table: name, totals }: TableDiff,
  histograms: ReadonlySet<string>,
  { faint }: Palette,
): string => {
  const others = totals.filter(
    ({ column, before, after }) => before !== after && !histograms.has(column),
  );
  if (others.length === 0) return '';
  const columns = [
    { title: `sums of ${name}` },
    { title: 'before', align: 'right', shrinks: true },
    { title: 'after', align: 'right', shrinks: true },
  ] as const;
  const rows = others.map(({ column, before, after }) => [column, amount(before), amount(after)]);
  return `\n${table(columns, rows, { heading: faint })}`;
};

const sampleText = ({ kind, key, fields }: Sample, histograms: ReadonlySet<string>): string => {
  const name = Object.values(key).map(shown).join(', ');
  const changes = fields.map(({ column, before, after }) =>
    histograms.has(column) ? `${column} differs` : `${column} ${shown(before)} -> ${shown(after)}`,
  );
  return `  ${kind.padEnd(7)}  ${[name, ...(kind === 'changed' ? changes : [])].join('; ')}\n`;
};

const samplesText = (
  { table: name, samples }: TableDiff,
  histograms: ReadonlySet<string>,
  { faint }: Palette,
): string => {
  if (samples.length === 0) return '';
  const rows = samples.map((sample) => sampleText(sample, histograms));
  return `\n${faint(`  some rows of ${name}`)}\n${rows.join('')}`;
};

/** How two moments of a read model differ, for a person. */
export const diffText = (diff: MomentDiff, palette: Palette): string => {
  const { projection, version, before, after, tables, parked } = diff;
  const histograms = histogramsOf(projection);
  const isSame = tables.every(({ added, missing, changed }) => added + missing + changed === 0);
  return [
    `${palette.strong(`${projection} v${version}`)}\n`,
    momentText('from', before),
    momentText('to  ', after),
    isSame ? '\n  no row differs\n' : `\n${countsText(tables, palette)}`,
    ...tables.flatMap((one) => [
      sumsText(one, histograms, palette),
      samplesText(one, histograms, palette),
    ]),
    parked.before + parked.after === 0
      ? ''
      : `\n  parked events: ${count(parked.before)} before, ${count(parked.after)} after\n`,
  ].join('');
};
