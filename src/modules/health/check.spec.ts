import { clockCheck, isOfArea, projectionCheck, worst } from './check';
import { errorRateCheck, flowsCheck } from './flow.health';
import { bookCheck, unpricedCheck } from './roi.health';

test('health is as bad as the worst of its checks', () => {
  const [healthy, degraded, unhealthy] = (['healthy', 'degraded', 'unhealthy'] as const).map(
    (status) => ({ status }),
  );
  expect(worst([])).toBe('healthy');
  expect(worst([healthy!, degraded!])).toBe('degraded');
  expect(worst([unhealthy!, degraded!, healthy!])).toBe('unhealthy');
});

test('a read model belongs to the area that its name begins with', () => {
  expect(isOfArea('flow', 'execution-status')).toBe(true);
  expect(isOfArea('roi', 'roi-executions')).toBe(true);
  expect(isOfArea('rag', 'style-paragraphs')).toBe(true);
  expect(isOfArea('flow', 'style-usage')).toBe(false);
  expect(isOfArea('rag', 'deployments')).toBe(false);
});

test.each([
  [1, 1, '1 stream is parked, 1 event, the first at event 7'],
  [2, 3, '2 streams are parked, 3 events, the first at event 7'],
])('%i streams with %i events parked are counted', (parkedStreams, parkedEvents, told) => {
  const fault = { position: '7', stream: 's-1', type: 'T', cause: 'no', since: '2026-11-28' };
  const standing = {
    projection: 'p',
    version: 1,
    generation: 'p_v1_1',
    position: '9',
    lagEvents: 0,
    lagSeconds: 0,
    parkedStreams,
    parkedEvents,
    fault,
  };
  expect(projectionCheck(standing).detail).toContain(told);
});

test.each([0, 0.4, 4.9])('clocks may differ by %d s', (aheadSeconds) => {
  expect(clockCheck({ aheadSeconds, recordedAt: '2026-11-28T10:00:00Z' })).toEqual({
    status: 'healthy',
  });
});

test('a ledger that is ahead of the clock is told, with the moment at which it is over', () => {
  expect(clockCheck({ aheadSeconds: 86_399.6, recordedAt: '2026-11-28T10:00:00Z' })).toEqual({
    status: 'degraded',
    detail: expect.stringMatching(/recorded 86400 s ahead .* until 2026-11-28T10:00:00Z every/),
  });
});

test.each([
  [0, 0],
  [1, 0],
  [20, 1],
  [100, 5],
])('of %i executions that ended %i may fail', (ended, failed) => {
  expect(errorRateCheck({ ended, failed })).toEqual({ status: 'healthy' });
});

test.each([
  [1, 1, '100.0 %'],
  [19, 1, '5.3 %'],
  [100, 6, '6.0 %'],
])('of %i executions that ended %i failures are too many', (ended, failed, share) => {
  expect(errorRateCheck({ ended, failed })).toEqual({
    status: 'degraded',
    detail: expect.stringContaining(`(${share})`),
  });
});

test('a flow that executions run by but nobody configured is named', () => {
  expect(flowsCheck([])).toEqual({ status: 'healthy' });
  expect(flowsCheck([{ flow: 'newsletter', executions: 2 }]).detail).toMatch(/: newsletter \(2\)$/);
});

test('calls without a price are counted and their models named', () => {
  expect(unpricedCheck({ calls: null, models: null })).toEqual({ status: 'healthy' });
  const four = unpricedCheck({ calls: '7', models: ['a', 'b', 'c', 'd'] });
  expect(four).toEqual({
    status: 'degraded',
    detail: '7 calls of today and yesterday have no price: a, b, c and others',
  });
});

test('a price book without a kind of facts says which', () => {
  expect(bookCheck({ prices: 1, benchmarks: 5, rates: 1 })).toEqual({ status: 'healthy' });
  expect(bookCheck({ prices: 0, benchmarks: 5, rates: 0 })).toEqual({
    status: 'degraded',
    detail: 'the price book lacks prices, an hourly rate',
  });
});
