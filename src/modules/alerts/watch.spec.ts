import fc from 'fast-check';
import { next, questionOf, verdictOf } from './watch';
import type { Act, Reading, Watch } from './watch';

const asked = { flow: 'content', measure: 'editor-gate-pass-rate', windowDays: 2 } as const;
const rule = {
  ...asked,
  comparison: 'below',
  threshold: 70,
  clearThreshold: 75,
  smallestSample: 10,
  forSeconds: 60,
} as const;
const reading = (value: number | null, samples = 20, deploymentId = 'd7'): Reading => ({
  deploymentId,
  value,
  samples,
});
const gap = 30_000;
const inactive = { status: 'inactive' } as const;
const firing: Watch = { status: 'firing', deploymentId: 'd7' };

/** What readings, ten seconds apart, make of a watch. */
const after = (...readings: Reading[]): { watch: Watch; acts: (Act | null)[] } => {
  let watch: Watch = inactive;
  const acts = readings.map((each, index) => {
    const step = next(watch, rule, each, { now: index * 10_000, gap });
    ({ watch } = step);
    return step.act;
  });
  return { watch, acts };
};

test.each([
  [69.9, 'alerting'],
  [70, 'between'],
  [74.9, 'between'],
  [75, 'well'],
  [null, 'inconclusive'],
])('a value of %p is %s, where below 70 alerts and 75 is well', (value, verdict) => {
  expect(verdictOf(rule, reading(value))).toBe(verdict);
});

test.each([
  [5.1, 'alerting'],
  [5, 'between'],
  [3.1, 'between'],
  [3, 'well'],
])('a value of %p is %s, where above 5 alerts and 3 is well', (value, verdict) => {
  const above = { ...rule, comparison: 'above', threshold: 5, clearThreshold: 3 } as const;
  expect(verdictOf(above, reading(value))).toBe(verdict);
});

test('a value of too few observations is inconclusive, however bad it is', () => {
  expect(verdictOf(rule, reading(0, 9))).toBe('inconclusive');
});

test('an alert fires once its measure has alerted for long enough, and says since when', () => {
  const { watch, acts } = after(...new Array<Reading>(7).fill(reading(50)));
  expect(acts).toEqual([null, null, null, null, null, null, { kind: 'fire', pendingSince: 0 }]);
  expect(watch).toEqual(firing);
});

test.each([
  ['is no longer alerting', reading(72)],
  ['is inconclusive', reading(50, 9)],
  ['is of another deployment', reading(50, 20, 'd8')],
])('the time begins anew where the measure %s', (_how, other) => {
  const before = new Array<Reading>(6).fill(reading(50));
  expect(after(...before, other, reading(50)).acts.filter((act) => act !== null)).toEqual([]);
});

const pending: Watch = {
  status: 'pending',
  deploymentId: 'd7',
  question: questionOf(rule),
  since: 0,
  seenAt: 50_000,
};

test.each([
  ['threshold', { threshold: 69 }],
  ['side of it', { comparison: 'above', threshold: 40, clearThreshold: 30 }],
  ['measure', { measure: 'error-rate' }],
  ['flow', { flow: 'short' }],
  ['window', { windowDays: null }],
  ['smallest sample', { smallestSample: 5 }],
] as const)('the time begins anew where the rule was given another %s', (_what, change) => {
  const changed = { ...rule, ...change };
  const step = next(pending, changed, reading(50), { now: 60_000, gap });
  expect(step.act).toBeNull();
  expect(step.watch).toMatchObject({ since: 60_000, question: questionOf(changed) });
});

test('the time goes on where the rule was given another time, or something else to do', () => {
  const changed = { ...rule, forSeconds: 10, clearThreshold: 90, severity: 'warning' } as const;
  const step = next(pending, changed, reading(50), { now: 60_000, gap });
  expect(step.act).toEqual({ kind: 'fire', pendingSince: 0 });
});

test('the time begins anew where nobody looked for too long, and goes on where they did', () => {
  const look = (now: number) => next(pending, rule, reading(50), { now, gap });
  expect(look(80_000).act).toEqual({ kind: 'fire', pendingSince: 0 });
  expect(look(80_001)).toEqual({ watch: { ...pending, since: 80_001, seenAt: 80_001 }, act: null });
});

test('a rule without a time to wait for fires at once', () => {
  const step = next(inactive, { ...rule, forSeconds: 0 }, reading(50), { now: 5, gap });
  expect(step.act).toEqual({ kind: 'fire', pendingSince: 5 });
});

test('a firing alert ends when its measure is well, and when its deployment is not live any more', () => {
  const look = (each: Reading): Act | null => next(firing, rule, each, { now: 0, gap }).act;
  expect(look(reading(75))).toEqual({ kind: 'resolve', because: 'recovered' });
  expect(look(reading(50, 20, 'd8'))).toEqual({ kind: 'resolve', because: 'deployment-changed' });
  for (const other of [reading(50), reading(72), reading(99, 9), reading(null)])
    expect(look(other)).toBeNull();
});

describe('whatever is measured', () => {
  interface Passing extends Reading {
    /** Milliseconds since the look before. */
    readonly passed: number;
  }
  type Rule = Parameters<typeof next>[1];

  const readings: fc.Arbitrary<Passing> = fc.record({
    deploymentId: fc.constantFrom('d7', 'd8'),
    value: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
    samples: fc.integer({ min: 0, max: 30 }),
    passed: fc.integer({ min: 1, max: 45_000 }),
  });
  const anyRule: fc.Arbitrary<Rule> = fc
    .record({
      comparison: fc.constantFrom('below' as const, 'above' as const),
      threshold: fc.integer({ min: 20, max: 80 }),
      span: fc.integer({ min: 0, max: 20 }),
      smallestSample: fc.integer({ min: 1, max: 20 }),
      forSeconds: fc.integer({ min: 0, max: 60 }),
    })
    .map(({ span, ...given }) => ({
      ...asked,
      ...given,
      clearThreshold: given.threshold + (given.comparison === 'below' ? span : -span),
    }));

  interface Look {
    readonly before: Watch;
    readonly act: Act | null;
    readonly reading: Reading;
    readonly now: number;
  }

  const courseOf = (given: Rule, history: readonly Passing[]): Look[] => {
    let watch: Watch = inactive;
    let now = 0;
    return history.map(({ passed, ...each }) => {
      now += passed;
      const before = watch;
      const step = next(before, given, each, { now, gap });
      ({ watch } = step);
      return { before, act: step.act, reading: each, now };
    });
  };

  const histories = fc.tuple(anyRule, fc.array(readings, { maxLength: 60 }));

  test('fires and ends take turns: one of each for every time', () => {
    fc.assert(
      fc.property(histories, ([given, history]) => {
        const kinds = courseOf(given, history).flatMap(({ act }) =>
          act === null ? [] : [act.kind],
        );
        const turns = kinds.map((_kind, index) => (index % 2 === 0 ? 'fire' : 'resolve'));
        expect(kinds).toEqual(turns);
      }),
    );
  });

  test('nothing inconclusive fires or ends an alert, and nothing between the thresholds', () => {
    fc.assert(
      fc.property(histories, ([given, history]) => {
        for (const { act, reading: seen } of courseOf(given, history)) {
          if (act === null) continue;
          const verdict = verdictOf(given, seen);
          if (act.kind === 'fire') expect(verdict).toBe('alerting');
          else if (act.because === 'recovered') expect(verdict).toBe('well');
        }
      }),
    );
  });

  test('what fires has alerted for all of its time, under one deployment, with no gap', () => {
    fc.assert(
      fc.property(histories, ([given, history]) => {
        const course = courseOf(given, history);
        course.forEach(({ act, now, reading: seen }, index) => {
          if (act?.kind !== 'fire') return;
          expect(now - act.pendingSince).toBeGreaterThanOrEqual(given.forSeconds * 1_000);
          const during = course.slice(0, index + 1).filter((look) => look.now >= act.pendingSince);
          for (const look of during) {
            expect(verdictOf(given, look.reading)).toBe('alerting');
            expect(look.reading.deploymentId).toBe(seen.deploymentId);
          }
          during.slice(1).forEach((look, at) => {
            expect(look.now - (during[at]?.now ?? 0)).toBeLessThanOrEqual(gap);
          });
        });
      }),
    );
  });
});
