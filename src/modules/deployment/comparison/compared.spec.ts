import { comparedOf, isKnown } from './compared';
import type { Facts } from './compared';

const nothing: Facts = {
  plan: undefined,
  roi: undefined,
  style: undefined,
  gate: undefined,
  byStatus: {},
  course: undefined,
  published: undefined,
};

const facts: Facts = {
  plan: { version: '2.4.0', status: 'live' },
  roi: {
    calls: '30',
    costNanoUsd: '1234567891',
    multiplier: 412.345,
    durationMs: { p50: 1_200, p95: 4_000.5, p99: 9_000 },
  },
  style: { queries: '19', latencyMs: { p50: 11.2, p95: 41.2, p99: 60 } },
  gate: { passed: '44', scored: '54' },
  byStatus: { completed: 9, failed: 1, running: 2 },
  course: {
    scored: 12,
    revisions: 5,
    mostRevisions: 2,
    completed: 9,
    failed: 1,
    ended: 10,
    p50: 60_000,
    p95: 180_000,
  },
  published: { published: 3, costNanoUsd: '1000000001' },
};

test('each measure stands beside the count that it rests on', () => {
  expect(comparedOf('d1', facts)).toEqual({
    deploymentId: 'd1',
    version: '2.4.0',
    status: 'live',
    executions: { sample: 12, byStatus: { completed: 9, failed: 1, running: 2 } },
    errorRate: { percent: 10, sample: 10, isSmallSample: false },
    gatePassRate: { percent: 81.48, sample: 54, isSmallSample: false },
    costPerPublished: {
      costNanoUsd: '333333333',
      costUsd: 0.333333333,
      sample: 3,
      isSmallSample: true,
    },
    revisions: { mean: 0.42, most: 2, sample: 12, isSmallSample: false },
    multiplier: {
      value: 412.35,
      costNanoUsd: '1234567891',
      costUsd: 1.234567891,
      sample: 30,
      isSmallSample: false,
    },
    executionMs: { p50: 60_000, p95: 180_000, sample: 9, isSmallSample: true },
    callMs: { p50: 1_200, p95: 4_000.5, sample: 30, isSmallSample: false },
    styleQueryMs: { p50: 11.2, p95: 41.2, sample: 19, isSmallSample: true },
  });
});

test('of what was never recorded nothing is said, rather than zero', () => {
  const { version, status, multiplier, ...compared } = comparedOf('d1', nothing);
  expect([version, status, multiplier.value]).toEqual([null, null, null]);
  expect(compared).toMatchObject({
    executions: { sample: 0, byStatus: {} },
    errorRate: { percent: null },
    gatePassRate: { percent: null },
    costPerPublished: { costNanoUsd: null, costUsd: null },
    revisions: { mean: null, most: null },
    executionMs: { p50: null, p95: null },
    callMs: { p50: null },
    styleQueryMs: { p95: null },
  });
});

test('a deployment is known by its plan, or by anything that was recorded under it', () => {
  expect(isKnown(nothing)).toBe(false);
  expect(isKnown({ ...nothing, plan: {} })).toBe(true);
  expect(isKnown({ ...nothing, style: {} })).toBe(true);
  expect(isKnown({ ...nothing, byStatus: { running: 1 } })).toBe(true);
});
