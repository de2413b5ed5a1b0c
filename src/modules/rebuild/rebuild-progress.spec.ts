import { progressOf } from './rebuild-progress';
import type { PassRow } from './rebuild-progress';
import type { StepRow } from './rebuild-steps';
import type { Rebuild } from './recorded-rebuilds';

const rebuild = (status: Rebuild['status']): Rebuild => ({
  rebuildId: 'r1',
  status,
  projections: ['roi-totals'],
  purpose: 'cut-over',
  waits: null,
  isLive: false,
  requested: null,
  outcome: null,
  reason: null,
  started: {
    data: {
      projections: ['roi-totals'],
      cutover: 'auto',
      dryRun: false,
      scope: null,
      maxEventsPerSecond: null,
    },
  } as unknown as Rebuild['started'],
});

const step = (name: StepRow['step'], detail: StepRow['detail'] = null): StepRow => ({
  projection: 'roi-totals',
  step: name,
  generation: 'roi_totals_v3_2',
  isDone: true,
  detail,
});

const pass: PassRow = { total: 1_000, done: 250, fault: null, runDone: 250, runSeconds: 5 };

test('tells the rate of the pass over the ledger, and the time that is left by it', () => {
  expect(progressOf(rebuild('running'), [step('create'), step('bulk-fold')], pass)).toMatchObject({
    state: 'running',
    step: 'bulk-fold',
    done: 250,
    total: 1_000,
    ratePerSecond: 50,
    secondsLeft: 15,
    fault: null,
  });
});

test.each<[string, Rebuild['status'], readonly StepRow[], PassRow | undefined, object]>([
  ['before it is planned', 'running', [], undefined, { step: 'plan', total: null, done: 0 }],
  [
    'just after it was gone on with',
    'running',
    [step('bulk-fold')],
    { ...pass, runDone: 0, runSeconds: 0 },
    { ratePerSecond: 0, secondsLeft: null },
  ],
  [
    'once all is read',
    'running',
    [step('diff')],
    { ...pass, done: 1_000 },
    { step: 'diff', ratePerSecond: 0, secondsLeft: null },
  ],
  ['while it rests', 'paused', [step('bulk-fold')], pass, { ratePerSecond: 0, secondsLeft: null }],
  [
    'while it cannot go on',
    'running',
    [step('bulk-fold')],
    { ...pass, fault: 'no database' },
    { fault: 'no database' },
  ],
  ['when it is over', 'completed', [step('warm')], { ...pass, done: 1_000 }, { step: 'ended' }],
])('%s', (_when, status, steps, row, expected) => {
  expect(progressOf(rebuild(status), steps, row)).toMatchObject({ state: status, ...expected });
});

test('tells of each projection what was written and what differs', () => {
  const counts = { added: 1, missing: 0, changed: 2 };
  const steps = [step('bulk-fold', { events: 9, rows: 4 }), step('diff', { counts, parked: 5 })];
  expect(progressOf(rebuild('waiting'), steps, pass).projections).toEqual([
    {
      projection: 'roi-totals',
      generation: 'roi_totals_v3_2',
      step: 'diff',
      rows: 4,
      differences: counts,
      parked: 5,
      verifying: null,
      verification: null,
    },
  ]);
});

test('tells how far the proof of a projection is, and what it came to', () => {
  const progress = { step: 'reading rows', done: 5, total: 9, ratePerSecond: 1, secondsLeft: 4 };
  const proven = { holds: true, rows: 9 };
  const told = (row: StepRow) => progressOf(rebuild('running'), [row], pass).projections[0];
  expect(told({ ...step('verify', progress), isDone: false })).toMatchObject({
    verifying: progress,
    verification: null,
  });
  expect(told(step('verify', proven))).toMatchObject({ verifying: null, verification: proven });
  // As earlier code left it: a place, and no proof.
  expect(told(step('verify', { position: '7' }))).toMatchObject({
    verifying: null,
    verification: null,
  });
});

test('tells of which part of the ledger it is a what-if', () => {
  const { started, ...others } = rebuild('running');
  const scope = { toPosition: '7' };
  const ofPart = { ...others, started: { ...started, data: { ...started.data, scope } } };
  expect(progressOf(ofPart as unknown as Rebuild, [], undefined).scope).toEqual(scope);
  expect(progressOf(rebuild('running'), [], undefined).scope).toBeNull();
});
