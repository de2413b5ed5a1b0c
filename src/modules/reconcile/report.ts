import { count, counted, usd } from '../cli/amounts';
import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import type { Difference } from './differences';
import { modelOf } from './matching';
import type { Match } from './matching';
import type { Reconciliation } from './reconciliation';
import { addFigures, measures } from './usage';
import type { Figures, Measure } from './usage';
import type { CsvFault } from './usage-csv';

const listedAtMost = 40;

const names: Readonly<Record<Measure, string>> = {
  calls: 'calls',
  inputTokens: 'input tokens',
  outputTokens: 'output tokens',
  tokens: 'tokens',
  costNanoUsd: 'cost, exact USD',
};

const shown = (measure: Measure, value: bigint): string =>
  measure === 'costNanoUsd' ? usd(value) : count(value);

const listed = (lines: readonly string[]): string => {
  const rest = lines.length - listedAtMost;
  const more = rest > 0 ? `  and ${count(rest)} more; --json lists all\n` : '';
  return lines.slice(0, listedAtMost).join('') + more;
};

/** The faults of a file, of which nothing was compared. */
export const faultsText = (
  file: string,
  faults: readonly CsvFault[],
  { bad, strong }: Palette,
): string => {
  const lines = faults.map(({ line, column, message }) => {
    const place = column === null ? `line ${line}` : `line ${line}, column ${column}`;
    return `  ${place}: ${message}\n`;
  });
  const title = strong(bad(`${file} has ${counted(faults.length, 'fault')}`));
  return `${title}\n${listed(lines)}Nothing was compared: mend the file first.\n`;
};

const alone = ({ calls, inputTokens, outputTokens, tokens, costNanoUsd }: Figures): string => {
  const split = inputTokens === undefined ? undefined : inputTokens + (outputTokens ?? 0n);
  const all = tokens ?? split;
  return [
    ...(calls === undefined ? [] : [counted(calls, 'call')]),
    ...(all === undefined ? [] : [counted(all, 'token')]),
    ...(costNanoUsd === undefined ? [] : [`${usd(costNanoUsd)} USD`]),
  ].join(', ');
};

const differenceText = ({ match, kind, deviations, alike }: Difference): string => {
  const { day, inFile, inLedger, unpricedCalls, sunkNanoUsd } = match;
  const name = `  ${day} ${modelOf(match)}`;
  const notes = [
    ...(unpricedCalls > 0n
      ? [`${counted(unpricedCalls, 'call')} of the ledger without a price`]
      : []),
    ...(sunkNanoUsd > 0n
      ? [`${usd(sunkNanoUsd)} USD of void work, whose calls and tokens the ledger does not count`]
      : []),
    ...(alike.length > 0 ? [`compare with ${alike.join(', ')}`] : []),
  ].map((note) => `    ${note}\n`);
  if (kind === 'figures') {
    const lines = deviations.map(({ measure, inFile: file, inLedger: ledger, percent }) => {
      const values = `${shown(measure, file)} in the file, ${shown(measure, ledger)} in the ledger`;
      return `    ${names[measure]}: ${values}${percent === null ? '' : ` (${percent})`}\n`;
    });
    return [`${name}\n`, ...lines, ...notes].join('');
  }
  const side = kind === 'only-in-file' ? 'only in the file' : 'only in the ledger';
  return [`${name} is ${side}\n    ${alone(inFile ?? inLedger ?? {})}\n`, ...notes].join('');
};

const sumOf = (all: readonly Match[], side: 'inFile' | 'inLedger'): Figures =>
  all.reduce<Figures | null>(
    (sum, { [side]: own }) => (own === null ? sum : addFigures(sum, own)),
    null,
  ) ?? {};

const sums = ({ matches }: Reconciliation, { faint }: Palette): string => {
  const [file, ledger] = [sumOf(matches, 'inFile'), sumOf(matches, 'inLedger')];
  const rows = measures.flatMap((measure) => {
    const value = file[measure];
    if (value === undefined) return [];
    return [[names[measure], shown(measure, value), shown(measure, ledger[measure] ?? 0n)]];
  });
  const columns = ['in the file', 'in the ledger'].map(
    (title) => ({ title, align: 'right' }) as const,
  );
  return `\n${table([{ title: '' }, ...columns], rows, { heading: faint })}`;
};

const renamed = ({ matches }: Reconciliation): string => {
  const pairs = matches
    .filter(({ rule }) => rule === 'same-name')
    .map(
      ({ fileModels, ledgerModels }) => `${fileModels.join(' + ')} is ${ledgerModels.join(' + ')}`,
    );
  if (pairs.length === 0) return '';
  const lines = [...new Set(pairs)].map((pair) => `  ${pair}\n`);
  return `\nMatched without provider and date (file, ledger)\n${listed(lines)}`;
};

/** The report of a reconciliation for a person. */
export const reportText = (
  file: string,
  tolerance: string,
  result: Reconciliation,
  palette: Palette,
): string => {
  const { strong, good, bad } = palette;
  const { rows, days, position, matches, differences } = result;
  const span = days.first === days.last ? days.first : `${days.first} to ${days.last}`;
  const exact = matches.filter(({ rule }) => rule === 'exact').length;
  const heading = `${strong(file)}
  ${counted(rows, 'row')}, UTC days ${span}; ledger up to position ${count(BigInt(position))}
  ${counted(matches.length, 'pair')} of day and model, ${count(exact)} matched by their very name\n`;
  const verdict =
    differences.length === 0
      ? `\n${strong(good('Reconciled'))}: nothing differs by more than ${tolerance} %\n`
      : `\n${strong(bad(`${counted(differences.length, 'difference')} beyond ${tolerance} %`))}\n` +
        listed(differences.map(differenceText));
  return heading + sums(result, palette) + renamed(result) + verdict;
};
