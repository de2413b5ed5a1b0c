import { comparedOf, cutoverOf } from './rebuild';
import type { RebuildPart } from './rebuild';

const part = (projection: string, changed: number | null): RebuildPart => ({
  projection,
  generation: 'g2',
  step: 'diff',
  rows: 7,
  verifying: null,
  verification: null,
  parked: null,
  differences: changed === null ? null : { added: 0, missing: 0, changed },
});

test('nothing is compared before the first read model is', () => {
  expect(comparedOf([part('roi-totals', null), part('alerts', null)])).toBeNull();
});

test('each read model that is compared, and each that is compared anew, is another diff', () => {
  const seen = [
    [part('roi-totals', 0), part('alerts', null)],
    [part('roi-totals', 0), part('alerts', 3)],
    [part('roi-totals', 0), part('alerts', 2)],
  ].map(comparedOf);
  expect(new Set(seen).size).toBe(3);
  expect(comparedOf([part('roi-totals', 0), part('alerts', 2)])).toBe(seen[2]);
});

test.each([
  ['what was asked for', { dryRun: false, scope: null }, 'auto'],
  ['never, of a dry run', { dryRun: true, scope: null }, 'never: a dry run'],
  [
    'never, of a part of the ledger',
    { dryRun: false, scope: { toPosition: '7' } },
    'never: a what-if of a part of the ledger',
  ],
])('it goes live: %s', (_how, asked, expected) => {
  expect(cutoverOf({ cutover: 'auto', ...asked })).toBe(expected);
});
