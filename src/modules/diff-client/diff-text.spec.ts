import { paletteFor } from '../cli/terminal';
import type { MomentDiff } from '../reading/moment-diffs/moment-diff.schemas';
import { diffText } from './diff-text';

const same: MomentDiff = {
  projection: 'roi-totals',
  version: 3,
  before: { position: '120', ledgerHash: 'aa' },
  after: { position: '3400', ledgerHash: 'bb' },
  tables: [],
  parked: { before: 0, after: 0 },
};

const text = (diff: MomentDiff): string => diffText(diff, paletteFor({ write: () => 0 }, {}));

test('two moments that are the same', () => {
  expect(text(same)).toBe(`roi-totals v3
  from position 120  aa
  to   position 3400  bb

  no row differs
`);
});

test('counts, the sums that differ, some rows, and what is parked', () => {
  const diff: MomentDiff = {
    ...same,
    parked: { before: 0, after: 2 },
    tables: [
      {
        table: 'roi_totals',
        rows: { before: 1200, after: 1201 },
        added: 1,
        missing: 0,
        changed: 1,
        columns: { calls: 1 },
        onlyBefore: [],
        onlyAfter: [],
        totals: [
          { column: 'calls', before: '1200', after: '1234567' },
          { column: 'score', before: '0.5', after: '0.25' },
          { column: 'inputTokens', before: '7', after: '7' },
          { column: 'durationMs', before: '3', after: '1000000000003' },
        ],
        samples: [
          {
            kind: 'added',
            key: { day: '2026-01-08', agent: 'writer' },
            fields: [{ column: 'calls', before: null, after: '1' }],
          },
          {
            kind: 'changed',
            key: { day: '2026-01-08', agent: null },
            fields: [
              { column: 'calls', before: null, after: '3' },
              { column: 'durationMs', before: '3', after: '1000000000003' },
            ],
          },
        ],
      },
    ],
  };
  expect(text(diff)).toBe(`roi-totals v3
  from position 120  aa
  to   position 3400  bb

  table       rows before  after  added  missing  changed
  roi_totals        1,200  1,201      1        0        1

  sums of roi_totals  before      after
  calls                1,200  1,234,567
  score                  0.5       0.25

  some rows of roi_totals
  added    2026-01-08, writer
  changed  2026-01-08, nothing; calls nothing -> 3; durationMs differs

  parked events: 0 before, 2 after
`);
});
