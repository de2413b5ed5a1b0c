import type { Match } from './matching';
import { plainModelName } from './model-names';
import { isBeyond, percentOf } from './tolerance';
import type { Tolerance } from './tolerance';
import { measures } from './usage';
import type { Figures, Measure } from './usage';

/** A measure that the two sides do not agree on. */
interface Deviation {
  readonly measure: Measure;
  readonly inFile: bigint;
  readonly inLedger: bigint;
  /** Of the file's figure; null where that is 0. */
  readonly percent: string | null;
}

/** A day and model that differs: by some figures, or by being on one side only. */
export interface Difference {
  readonly match: Match;
  readonly kind: 'figures' | 'only-in-file' | 'only-in-ledger';
  /** Empty where the model is on one side only. */
  readonly deviations: readonly Deviation[];
  /** Models of that day that are called the same without provider and date, but were matched by name. */
  readonly alike: readonly string[];
}

const deviationsOf = (inFile: Figures, inLedger: Figures, tolerance: Tolerance): Deviation[] =>
  measures.flatMap((measure) => {
    const [file, ledger] = [inFile[measure], inLedger[measure]];
    if (file === undefined || ledger === undefined) return [];
    if (!isBeyond(file, ledger, tolerance)) return [];
    return [{ measure, inFile: file, inLedger: ledger, percent: percentOf(file, ledger) }];
  });

/** Whether anything was used at all: a provider may list a model with zeros. */
const isSomething = (figures: Figures): boolean =>
  Object.values(figures).some((value) => value !== 0n);

/** Where a provider tells a dated variant and the callers did not, it is these that have too much. */
const alikeOf = (match: Match, matches: readonly Match[]): string[] => {
  const names = new Set([...match.fileModels, ...match.ledgerModels].map(plainModelName));
  return matches
    .filter(({ rule, day }) => rule === 'exact' && day === match.day)
    .flatMap(({ ledgerModels }) => ledgerModels)
    .filter((model) => names.has(plainModelName(model)));
};

/** Every match whose sides are further apart than `tolerance`, in some measure that both tell. */
export const differencesOf = (matches: readonly Match[], tolerance: Tolerance): Difference[] =>
  matches.flatMap((match): Difference[] => {
    const { inFile, inLedger } = match;
    if (inFile !== null && inLedger !== null) {
      const deviations = deviationsOf(inFile, inLedger, tolerance);
      return deviations.length === 0 ? [] : [{ match, kind: 'figures', deviations, alike: [] }];
    }
    const alone = inFile ?? inLedger;
    if (alone === null || !isSomething(alone)) return [];
    const kind = inFile === null ? 'only-in-ledger' : 'only-in-file';
    return [{ match, kind, deviations: [], alike: alikeOf(match, matches) }];
  });
