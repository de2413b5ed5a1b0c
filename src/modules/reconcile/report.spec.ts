import { paletteFor } from '../cli/terminal';
import { reconcile } from './reconciliation';
import { reportText } from './report';
import { toleranceOf } from './tolerance';
import type { Usage } from './usage';

const palette = paletteFor({ write: () => true }, {});
const day = '2026-01-05';

const told = (file: Partial<Usage>, ledger: Partial<Usage>): string => {
  const of = { day, model: 'gpt-4o', figures: {}, unpricedCalls: 0n, sunkNanoUsd: 0n };
  const result = reconcile(
    { rows: 1, usage: [{ ...of, ...file }], faults: [] },
    { position: '9', usage: [{ ...of, ...ledger }] },
    { first: day, last: day },
    { models: [], tolerance: toleranceOf('1')! },
  );
  return reportText('bill.csv', '1', result, palette);
};

const figures = { calls: 2n, costNanoUsd: 15_000_000n };

test('what was billed for void work is told beside the calls that the ledger no longer counts', () => {
  const spanning = { figures: { ...figures, calls: 1n }, sunkNanoUsd: 7_500_000n };
  expect(told({ figures }, spanning)).toContain(
    '    calls: 2 in the file, 1 in the ledger (-50.00 %)\n' +
      '    0.0075 USD of void work, whose calls and tokens the ledger does not count\n',
  );
  expect(told({ figures }, { figures })).not.toContain('void');
});
