import { comparedLines, hasFacts, statusCounts } from './comparison';
import type { Compared } from './comparison';

const latency = { p50: 900, p95: 2_500, sample: 30, isSmallSample: false };
const side: Compared = {
  deploymentId: 'd1',
  version: '1',
  status: 'live',
  executions: { sample: 12, byStatus: { completed: 11, failed: 1 } },
  errorRate: { percent: 8.33, sample: 12, isSmallSample: false },
  gatePassRate: { percent: 90, sample: 20, isSmallSample: false },
  costPerPublished: { costNanoUsd: '150000000', costUsd: 0.15, sample: 11, isSmallSample: false },
  revisions: { mean: 0.42, most: 2, sample: 12, isSmallSample: false },
  multiplier: { value: 968, costNanoUsd: '1', costUsd: 0, sample: 30, isSmallSample: false },
  executionMs: latency,
  callMs: latency,
  styleQueryMs: latency,
};
const nothing = { percent: null, sample: 0, isSmallSample: true };

const lineOf = (label: string, other: Partial<Compared>) =>
  comparedLines({ deployments: [side, { ...side, ...other }] }).find(
    (line) => line.label === label,
  );

test('a figure has its unit, and the count that it rests on', () => {
  expect(lineOf('Error rate', {})?.sides[0]).toMatchObject({ text: '8.3 %', sample: 12 });
  expect(lineOf('Model call, p95', {})?.sides[0]?.text).toBe('2.5 s');
  expect(lineOf('Cost per published article', {})?.sides[0]).toMatchObject({
    text: '$0.150 USD',
    title: '0.15 USD',
  });
  expect(lineOf('Error rate', { errorRate: nothing })?.sides[1]?.text).toBe('–');
});

test('the count of a rate leads to all that is counted, not to what went wrong', () => {
  expect(lineOf('Error rate', {})?.types).toMatch(/ExecutionCompleted.*ExecutionFailed/);
});

test('the better side is told by what the measure means', () => {
  const sample = { sample: 20, isSmallSample: false };
  expect(lineOf('Error rate', { errorRate: { percent: 2, ...sample } })?.better).toBe(1);
  expect(
    lineOf('Editor gate pass rate', { gatePassRate: { percent: 80, ...sample } })?.better,
  ).toBe(0);
});

test('neither is better where they are alike, one is unknown, or a sample is small', () => {
  const small = { percent: 0, sample: 2, isSmallSample: true };
  expect(lineOf('Error rate', {})?.better).toBeNull();
  expect(lineOf('Error rate', { errorRate: nothing })?.better).toBeNull();
  expect(lineOf('Error rate', { errorRate: small })?.better).toBeNull();
});

test('a status that one of them lacks is counted as none', () => {
  const other = { ...side, executions: { sample: 1, byStatus: { running: 1 } } };
  expect(statusCounts({ deployments: [side, other] })).toEqual([
    { status: 'completed', counts: [11, 0] },
    { status: 'failed', counts: [1, 0] },
    { status: 'running', counts: [0, 1] },
  ]);
});

test('two of which nothing can be measured have no facts', () => {
  const none = { ...side.styleQueryMs, sample: 0 };
  const empty: Compared = {
    ...side,
    executions: { sample: 0, byStatus: {} },
    gatePassRate: nothing,
    multiplier: { ...side.multiplier, sample: 0 },
    styleQueryMs: none,
  };
  expect(hasFacts({ deployments: [empty, empty] })).toBe(false);
  expect(hasFacts({ deployments: [empty, side] })).toBe(true);
});
