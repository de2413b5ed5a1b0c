import { plainModelName } from './model-names';
import { addFigures } from './usage';
import type { Figures, Usage } from './usage';

/**
 * How models of the two sides were taken for the same: by their names as they are, or by their names
 * without provider and date (of several such, the sums); or that one side has nothing like it.
 */
type Rule = 'exact' | 'same-name' | 'none';

/** What is compared: one day, one model. */
export interface Match {
  readonly day: string;
  readonly rule: Rule;
  /** Names of the models, as each side has them; empty on the side that has none. */
  readonly fileModels: readonly string[];
  readonly ledgerModels: readonly string[];
  readonly inFile: Figures | null;
  readonly inLedger: Figures | null;
  readonly unpricedCalls: bigint;
  readonly sunkNanoUsd: bigint;
}

const sumOf = (usage: readonly Usage[]): Figures | null =>
  usage.reduce<Figures | null>((sum, { figures }) => addFigures(sum, figures), null);

const matchOf = (rule: Rule, file: readonly Usage[], ledger: readonly Usage[]): Match => ({
  day: (file[0] ?? ledger[0])?.day ?? '',
  rule,
  fileModels: file.map(({ model }) => model),
  ledgerModels: ledger.map(({ model }) => model),
  inFile: sumOf(file),
  inLedger: sumOf(ledger),
  unpricedCalls: ledger.reduce((sum, { unpricedCalls }) => sum + unpricedCalls, 0n),
  sunkNanoUsd: ledger.reduce((sum, { sunkNanoUsd }) => sum + sunkNanoUsd, 0n),
});

const groups = (usage: readonly Usage[], keyOf: (one: Usage) => string): Map<string, Usage[]> => {
  const found = new Map<string, Usage[]>();
  for (const one of usage) {
    const key = keyOf(one);
    found.set(key, [...(found.get(key) ?? []), one]);
  }
  return found;
};

const matchesOfDay = (file: readonly Usage[], ledger: readonly Usage[]): Match[] => {
  const inLedger = new Map(ledger.map((one) => [one.model, one]));
  const inFile = new Map(file.map((one) => [one.model, one]));
  const exact = file.flatMap((one) => {
    const other = inLedger.get(one.model);
    return other === undefined ? [] : [matchOf('exact', [one], [other])];
  });
  const nameOf = ({ model }: Usage): string => plainModelName(model);
  const fileRest = groups(
    file.filter(({ model }) => !inLedger.has(model)),
    nameOf,
  );
  const ledgerRest = groups(
    ledger.filter(({ model }) => !inFile.has(model)),
    nameOf,
  );
  const rest = [...new Set([...fileRest.keys(), ...ledgerRest.keys()])].flatMap((name) => {
    const [ours, theirs] = [fileRest.get(name) ?? [], ledgerRest.get(name) ?? []];
    if (ours.length > 0 && theirs.length > 0) return [matchOf('same-name', ours, theirs)];
    return [
      ...ours.map((one) => matchOf('none', [one], [])),
      ...theirs.map((one) => matchOf('none', [], [one])),
    ];
  });
  return [...exact, ...rest];
};

/** Every day and model of either side, matched; by day, then by name. */
export const matchUsage = (file: readonly Usage[], ledger: readonly Usage[]): Match[] => {
  const [fileDays, ledgerDays] = [groups(file, ({ day }) => day), groups(ledger, ({ day }) => day)];
  const days = [...new Set([...fileDays.keys(), ...ledgerDays.keys()])].sort();
  return days.flatMap((day) =>
    matchesOfDay(fileDays.get(day) ?? [], ledgerDays.get(day) ?? []).sort((left, right) =>
      modelOf(left) < modelOf(right) ? -1 : 1,
    ),
  );
};

/** The name of a match: the ledger's, where it has one. */
export const modelOf = ({ ledgerModels, fileModels }: Match): string =>
  (ledgerModels.length > 0 ? ledgerModels : fileModels).join(' + ');
