import { errorRateOf, multiplierOf, passRateOf, styleLatencyOf } from './deployment-measures';

test('what was never recorded has no measure', () => {
  const measures = [
    passRateOf(undefined),
    styleLatencyOf(undefined),
    multiplierOf(undefined),
    errorRateOf({ ended: 0, failed: 0 }),
  ];
  expect(measures.map(({ gate, measured, sample }) => [gate, measured, sample])).toEqual([
    ['editor-gate-pass-rate', null, 0],
    ['style-query-p95', null, 0],
    ['roi-multiplier', null, 0],
    ['error-rate', null, 0],
  ]);
});

test('a measure that does not quite reach a round number is not rounded to it', () => {
  expect(passRateOf({ passed: '194', scored: '223' }).measured).toBe(86.996);
  expect(passRateOf({ passed: '174', scored: '200' }).measured).toBe(87);
  expect(errorRateOf({ ended: 20_002, failed: 1_000 }).measured).toBe(4.9995);
  expect(multiplierOf({ calls: '50', multiplier: 0.999999 }).measured).toBe(0.999999);
  expect(multiplierOf({ calls: '50', multiplier: 412.3 }).measured).toBe(412.3);
});

test('a measure is of two decimals, with the count that it rests on', () => {
  expect(passRateOf({ passed: '44', scored: '54' })).toEqual({
    gate: 'editor-gate-pass-rate',
    measured: 81.48,
    sample: 54,
    evidence: '44 of 54 scorings may be published',
  });
  expect(styleLatencyOf({ queries: '200', latencyMs: { p95: 41.239 } })).toMatchObject({
    measured: 41.24,
    sample: 200,
  });
  expect(multiplierOf({ calls: '30', multiplier: 412.345 })).toMatchObject({
    measured: 412.35,
    sample: 30,
  });
  expect(multiplierOf({ calls: '30', multiplier: null })).toMatchObject({ measured: null });
  expect(errorRateOf({ ended: 3, failed: 1 })).toMatchObject({ measured: 33.33, sample: 3 });
});
