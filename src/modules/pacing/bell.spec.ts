import { Bell } from './bell';

const longTime = 60_000;
const never = new AbortController().signal;

describe('a bell', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('wakes all who wait, and leaves no timer behind', async () => {
    const bell = new Bell();
    const waiting = [bell.beyond(0, longTime, never), bell.beyond(0, longTime, never)];
    bell.strike();
    await Promise.all(waiting);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not let anyone wait who has missed it', async () => {
    const bell = new Bell();
    const { count } = bell;
    bell.strike();
    await bell.beyond(count, longTime, never);
    expect(bell.count).toBe(count + 1);
  });

  it('lets nobody wait longer than asked', async () => {
    const waiting = new Bell().beyond(0, 100, never);
    await jest.advanceTimersByTimeAsync(100);
    await waiting;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('lets nobody wait who is told to stop', async () => {
    const stop = new AbortController();
    const waiting = new Bell().beyond(0, longTime, stop.signal);
    stop.abort();
    await waiting;
    await new Bell().beyond(0, longTime, stop.signal);
    expect(jest.getTimerCount()).toBe(0);
  });
});
