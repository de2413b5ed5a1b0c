import { HealthRegistry } from './health-registry';

test('each area has the checks that were added to it', async () => {
  const registry = new HealthRegistry();
  registry.add('flow', 'flows', () => ({ status: 'healthy' }));
  registry.add('roi', 'prices', () => Promise.resolve({ status: 'degraded', detail: 'old' }));
  expect(await registry.look('flow')).toEqual({ flows: { status: 'healthy' } });
  expect(await registry.look('roi')).toEqual({ prices: { status: 'degraded', detail: 'old' } });
  expect(await registry.look('rag')).toEqual({});
});

test('a check that fails is unhealthy and says why, and the others are told all the same', async () => {
  const registry = new HealthRegistry();
  registry.add('rag', 'index', () => Promise.reject(new Error('permission denied')));
  registry.add('rag', 'arms', () => {
    throw new Error('no worker');
  });
  registry.add('rag', 'articles', () => ({ status: 'healthy' }));
  expect(await registry.look('rag')).toEqual({
    index: { status: 'unhealthy', detail: 'cannot be looked at: permission denied' },
    arms: { status: 'unhealthy', detail: 'cannot be looked at: no worker' },
    articles: { status: 'healthy' },
  });
});

test('those who ask at once share one look, and the next one looks again', async () => {
  const registry = new HealthRegistry();
  let looks = 0;
  registry.add('flow', 'flows', async () => {
    looks += 1;
    await Promise.resolve();
    return { status: 'healthy' };
  });
  await Promise.all(Array.from({ length: 20 }, () => registry.look('flow')));
  expect(looks).toBe(1);
  await registry.look('flow');
  expect(looks).toBe(2);
});

test('a check that takes too long is degraded, and is not begun again while it goes on', async () => {
  jest.useFakeTimers();
  try {
    const registry = new HealthRegistry();
    let looks = 0;
    registry.add('roi', 'slow', () => {
      looks += 1;
      return new Promise(() => undefined);
    });
    for (let asked = 0; asked < 3; asked += 1) {
      const answer = registry.look('roi');
      await jest.advanceTimersByTimeAsync(2_000);
      expect(await answer).toEqual({
        slow: { status: 'degraded', detail: 'cannot be looked at: no answer within 2000 ms' },
      });
    }
    expect(looks).toBe(1);
  } finally {
    jest.useRealTimers();
  }
});

test('a name is taken once', () => {
  const registry = new HealthRegistry();
  registry.add('flow', 'flows', () => ({ status: 'healthy' }));
  expect(() => {
    registry.add('rag', 'flows', () => ({ status: 'healthy' }));
  }).toThrow('the health check flows is added twice');
});
