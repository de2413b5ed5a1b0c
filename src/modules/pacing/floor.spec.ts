import { Floor } from './floor';

const never = new AbortController().signal;

describe('the floor', () => {
  it('is had by one at a time, and by the next once it is given up', async () => {
    const first = new Floor(2);
    const second = new Floor(2, first.memory);
    await first.take(never);
    const waiting = second.take(never);
    expect([first.isOurs, second.isOurs]).toEqual([true, false]);
    first.give();
    await waiting;
    expect([first.isOurs, second.isOurs]).toEqual([false, true]);
  });

  it('is not given up by who does not have it', async () => {
    const first = new Floor(2);
    const second = new Floor(2, first.memory);
    await first.take(never);
    second.give();
    await second.take(AbortSignal.timeout(5));
    expect(second.isOurs).toBe(false);
  });

  it('is not waited for once somebody says so', async () => {
    const first = new Floor(2);
    const second = new Floor(2, first.memory);
    await first.take(never);
    const over = new AbortController();
    const waiting = second.take(over.signal);
    over.abort();
    await waiting;
    expect(second.isOurs).toBe(false);
  });
});
