import RequestQueue from 'kafkajs/src/network/requestQueue';
import { quietRequestQueue } from './quiet-queue';

interface Queue {
  pending: unknown[];
  throttledUntil: number;
  scheduleCheckPendingRequests(): void;
  destroy(): void;
}

describe('the queue of a connection', () => {
  quietRequestQueue();
  const Made = RequestQueue as unknown as new (options: object) => Queue;
  const queueWith = (pending: unknown[], throttledUntil = -1): Queue =>
    Object.assign(new Made({ logger: {} }), { pending, throttledUntil });

  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('sets no timer while nothing is pending', () => {
    queueWith([]).scheduleCheckPendingRequests();
    queueWith([], Date.now() + 60_000).scheduleCheckPendingRequests();
    expect(jest.getTimerCount()).toBe(0);
  });

  it('looks again while something is', () => {
    const queue = queueWith([{}]);
    queue.scheduleCheckPendingRequests();
    expect(jest.getTimerCount()).toBe(1);
    queue.destroy();
  });
});
