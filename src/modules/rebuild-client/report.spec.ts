import type { RebuildPlan, RebuildProgress } from '../rebuild/rebuild.schemas';
import { paletteFor } from '../cli/terminal';
import { planText, rebuildText } from './report';

const plan: RebuildPlan = {
  projections: [{ projection: 'roi-totals', version: 3, live: 'roi_totals_v3_1', bytes: 1_000 }],
  fromPosition: '1',
  toPosition: '20000',
  events: 20_000,
  types: {},
  ratePerSecond: 20_000,
  rateIs: 'assumed',
  secondsAtLeast: 1,
  bytes: 1_000,
  cutover: null,
  dropped: [],
};

test.each([
  [null, '1.0 s at 20,000 events/s (assumed)'],
  [500, '40.0 s at 500 events/s (asked for)'],
  [50_000, '1.0 s at 20,000 events/s (assumed)'],
])('the time of a rebuild at %p events a second at most', (atMost, time) => {
  expect(planText(plan, atMost)).toContain(`  time     ${time}\n`);
});

test('of a what-if it is said how it can be compared', () => {
  const part = { projection: 'roi-totals', generation: 'roi_totals_v3_2', step: null, rows: 4 };
  const unproven = { parked: 0, verifying: null, verification: null };
  const done: RebuildProgress = {
    rebuildId: 'one',
    state: 'completed',
    step: 'done',
    done: 9,
    total: 9,
    ratePerSecond: 0,
    secondsLeft: null,
    waitsFor: null,
    cutover: 'manual',
    dryRun: false,
    scope: null,
    reason: null,
    maxEventsPerSecond: null,
    fault: null,
    projections: [{ ...part, ...unproven, differences: null }],
  };
  const plain = paletteFor({ isTTY: false, write: () => undefined }, {});
  const hint = '\n  npm run -s rebuild -- diff one\n';
  expect(rebuildText(done, plain)).toContain(hint);
  const differences = { added: 0, missing: 0, changed: 0 };
  const compared = { ...done, projections: [{ ...part, ...unproven, differences }] };
  expect(rebuildText(compared, plain)).not.toContain(hint);
  expect(rebuildText({ ...done, state: 'failed' }, plain)).not.toContain(hint);
  // The first of its version has nothing that it could be compared with.
  const refolded = { of: 'nothing' as const, events: 0, rows: 0 };
  const verification = {
    position: '9',
    ledgerHash: '',
    contentHash: '',
    events: 9,
    rows: 4,
    streams: null,
    refolded,
    holds: true,
    faultCount: 0,
    faults: [],
  };
  const first = {
    ...done,
    projections: [{ ...part, ...unproven, differences: null, verification }],
  };
  expect(rebuildText(first, plain)).not.toContain(hint);
});
