import type { Difference } from './differences';
import type { Match } from './matching';
import type { Reconciliation } from './reconciliation';
import type { Figures } from './usage';
import type { CsvFault } from './usage-csv';

const figuresJson = (figures: Figures | null): Record<string, string> | null =>
  figures &&
  Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, String(value)]));

const matchJson = ({ day, rule, fileModels, ledgerModels }: Match): Record<string, unknown> => ({
  day,
  rule,
  fileModels,
  ledgerModels,
});

const differenceJson = ({
  match,
  kind,
  deviations,
  alike,
}: Difference): Record<string, unknown> => ({
  ...matchJson(match),
  kind,
  inFile: figuresJson(match.inFile),
  inLedger: figuresJson(match.inLedger),
  unpricedCalls: String(match.unpricedCalls),
  sunkNanoUsd: String(match.sunkNanoUsd),
  deviations: deviations.map(({ measure, inFile, inLedger, percent }) => ({
    measure,
    inFile: String(inFile),
    inLedger: String(inLedger),
    percent,
  })),
  alike,
});

/** The report of a reconciliation for programs: everything, however long the lists are. */
export const reportJson = (
  file: string,
  tolerance: string,
  { rows, days, position, matches, differences }: Reconciliation,
): Record<string, unknown> => ({
  file,
  reconciled: differences.length === 0,
  tolerancePercent: tolerance,
  rows,
  days,
  position,
  faults: [],
  differences: differences.map(differenceJson),
  matches: matches.map(matchJson),
});

/** The same for a file with faults, of which nothing was compared. */
export const faultsJson = (file: string, faults: readonly CsvFault[]): Record<string, unknown> => ({
  file,
  reconciled: false,
  faults,
});
