import { problemOf } from '../../api/problem';
import { withUnhealthy } from './health';

const healthy = { status: 'healthy', checks: {}, areas: { flow: 'healthy' } } as const;
const unhealthy = {
  status: 'unhealthy',
  areas: { flow: 'unhealthy' },
  checks: { database: { status: 'unhealthy', detail: 'the database does not answer' } },
};
const told = (body: unknown) => problemOf(Response.json(body, { status: 503 }));

test('an unhealthy server is shown by its checks, in place of those from before', async () => {
  const answer = { data: healthy, problem: await told(unhealthy), isLoading: false };
  expect(withUnhealthy(answer)).toMatchObject({ data: unhealthy, problem: undefined });
});

test('a 503 that tells no health stays a problem', async () => {
  for (const body of [{ code: 'unavailable', detail: 'not now' }, 'busy']) {
    const answer = { data: healthy, problem: await told(body), isLoading: false };
    expect(withUnhealthy(answer)).toBe(answer);
  }
});
