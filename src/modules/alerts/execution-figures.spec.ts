import { slowdownOf } from './execution-figures';

const live = { deploymentId: 'd2', predecessor: 'd1' };

test('how much slower executions are is told in percent of those before, with the smaller sample', () => {
  const slowdown = slowdownOf(
    { executions: 30, seconds: 15 },
    { executions: 400, seconds: 10 },
    live,
  );
  expect(slowdown).toEqual({
    measured: 50,
    sample: 30,
    evidence: 'completed executions took, in the middle, 15 s of 30 under d2, 10 s of 400 under d1',
  });
});

test.each([
  ['none are completed', { executions: 0, seconds: null }, { executions: 4, seconds: 10 }, 0],
  ['none were before', { executions: 4, seconds: 10 }, { executions: 0, seconds: null }, 0],
  ['those before took no time', { executions: 4, seconds: 10 }, { executions: 4, seconds: 0 }, 4],
])('nothing can be said where %s', (_what, own, former, sample) => {
  expect(slowdownOf(own, former, live)).toMatchObject({ measured: null, sample });
});

test('a deployment without a predecessor is compared with nothing', () => {
  const own = { executions: 30, seconds: 15 };
  expect(slowdownOf(own, own, { deploymentId: 'd1', predecessor: null })).toEqual({
    measured: null,
    sample: 0,
    evidence: 'd1 has no predecessor',
  });
});
