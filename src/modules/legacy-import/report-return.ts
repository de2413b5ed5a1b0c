import { table } from '../cli/table';
import type { Palette } from '../cli/terminal';
import type { ImportResult } from './import-result';

const columns = [
  { title: '' },
  { title: 'in the file', align: 'right' },
  { title: 'in the ledger', align: 'right' },
] as const;

const decimal = new Intl.NumberFormat('en-US', {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const shown = (value: number | null | undefined): string =>
  value === null || value === undefined ? '-' : decimal.format(value);

const explanation = `  Hours: each agent that made calls counts once in an execution; in the file,
  an execution counts once, by its own agent. The multiplier is the sum of human
  cost by the sum of model cost; the file's is the mean of its executions' own
  ratios, in which the cheapest calls weigh most.
`;

/** People's hours and the multiplier, as the file has them and as the ledger does. */
export const returnOnInvestment = (
  { log, verification }: ImportResult,
  { strong, faint }: Palette,
): string => {
  const roi = verification?.roi;
  if (roi === undefined || roi === null) return '';
  const file = log.summary;
  const rows = [
    ['human hours', shown(file?.total_human_hours_saved), shown(roi.humanHours)],
    ['human cost, USD', shown(file?.total_human_cost_saved), shown(roi.humanCostUsd)],
    ['multiplier', shown(file?.avg_roi_multiplier), shown(roi.multiplier)],
  ];
  const title = strong("People's hours against model cost");
  return `\n${title}\n${table(columns, rows, { heading: faint })}${explanation}`;
};
