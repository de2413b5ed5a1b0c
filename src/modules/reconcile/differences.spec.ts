import { differencesOf } from './differences';
import { matchUsage } from './matching';
import { toleranceOf } from './tolerance';
import type { Figures, Usage } from './usage';

const figures = (tokens: bigint, costNanoUsd: bigint): Figures => ({ tokens, costNanoUsd });
const usage = (day: string, model: string, of: Figures = figures(100n, 100n)): Usage => ({
  day,
  model,
  figures: of,
  unpricedCalls: 0n,
  sunkNanoUsd: 0n,
});

const namesOf = (file: readonly Usage[], ledger: readonly Usage[]) =>
  matchUsage(file, ledger).map(({ rule, fileModels, ledgerModels }) => [
    rule,
    fileModels.join(),
    ledgerModels.join(),
  ]);

const found = (file: readonly Usage[], ledger: readonly Usage[]) =>
  differencesOf(matchUsage(file, ledger), toleranceOf('1')!).map(({ kind, match, deviations }) => [
    match.day,
    kind,
    deviations.map(({ measure, percent }) => `${measure} ${percent ?? 'of nothing'}`).join(),
  ]);

test('models are matched by their names first, then without provider and date', () => {
  const file = ['gpt-4o-2024-08-06', 'gpt-4o-mini', 'o3'].map((model) => usage('d', model));
  const ledger = ['openai/gpt-4o', 'gpt-4o-mini', 'claude'].map((model) => usage('d', model));
  expect(namesOf(file, ledger)).toEqual([
    ['none', '', 'claude'],
    ['exact', 'gpt-4o-mini', 'gpt-4o-mini'],
    ['none', 'o3', ''],
    ['same-name', 'gpt-4o-2024-08-06', 'openai/gpt-4o'],
  ]);
});

test('a name that is there is not given to a variant of it', () => {
  const file = [usage('d', 'gpt-4o'), usage('d', 'gpt-4o-2024-08-06')];
  expect(namesOf(file, [usage('d', 'gpt-4o')])).toEqual([
    ['exact', 'gpt-4o', 'gpt-4o'],
    ['none', 'gpt-4o-2024-08-06', ''],
  ]);
});

test('several variants of one model are compared by their sums', () => {
  const file = [usage('d', 'gpt-4o-2024-08-06'), usage('d', 'gpt-4o-2024-11-20')];
  expect(found(file, [usage('d', 'gpt-4o', figures(200n, 200n))])).toEqual([]);
  expect(found(file, [usage('d', 'gpt-4o', figures(200n, 190n))])).toEqual([
    ['d', 'figures', 'costNanoUsd -5.00 %'],
  ]);
});

test('a model on another day is another matter', () => {
  expect(found([usage('2026-01-05', 'm')], [usage('2026-01-06', 'm')])).toEqual([
    ['2026-01-05', 'only-in-file', ''],
    ['2026-01-06', 'only-in-ledger', ''],
  ]);
});

test('each figure beyond the tolerance is told, and one within is not', () => {
  const file = [usage('d', 'm', figures(1_000n, 1_000n))];
  expect(found(file, [usage('d', 'm', figures(1_010n, 990n))])).toEqual([]);
  expect(found(file, [usage('d', 'm', figures(1_011n, 900n))])).toEqual([
    ['d', 'figures', 'tokens +1.10 %,costNanoUsd -10.00 %'],
  ]);
});

test('what the file does not tell is not compared', () => {
  expect(found([usage('d', 'm', { tokens: 100n })], [usage('d', 'm', figures(100n, 5n))])).toEqual(
    [],
  );
});

test('a model listed with zeros alone is no difference', () => {
  expect(found([usage('d', 'm', figures(0n, 0n))], [])).toEqual([]);
});

test('a model on one side is told beside those that are called alike', () => {
  const file = [usage('d', 'gpt-4o-2024-08-06')];
  const ledger = [usage('d', 'gpt-4o-2024-08-06'), usage('d', 'gpt-4o'), usage('d', 'o3')];
  const differences = differencesOf(matchUsage(file, ledger), toleranceOf('1')!);
  expect(differences.map(({ match, alike }) => [match.ledgerModels, alike])).toEqual([
    [['gpt-4o'], ['gpt-4o-2024-08-06']],
    [['o3'], []],
  ]);
});
