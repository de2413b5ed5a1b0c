import { Bell } from './bell';
import { whileRunning } from './while-running';

/** Work that ends once it is told to. */
const untilTold = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => {
      resolve('stopped');
    });
  });

const never = new AbortController().signal;

describe('what is carried out while it is running', () => {
  it('ends by itself', async () => {
    const bell = new Bell();
    const ended = whileRunning(
      () => Promise.resolve(true),
      bell,
      () => Promise.resolve('done'),
      never,
    );
    expect(await ended).toBe('done');
  });

  it('is stopped once it is not running any more, which is seen when the bell is struck', async () => {
    const bell = new Bell();
    let running = true;
    const ended = whileRunning(() => Promise.resolve(running), bell, untilTold, never);
    running = false;
    bell.strike();
    expect(await ended).toBe('stopped');
  });

  it('goes on where nobody can say whether it is running, and is stopped with its signal', async () => {
    const bell = new Bell();
    const stop = new AbortController();
    let asked = 0;
    const isRunning = (): Promise<boolean> => {
      asked += 1;
      if (asked === 2) stop.abort();
      else bell.strike();
      return Promise.reject(new Error('the database is away'));
    };
    expect(await whileRunning(isRunning, bell, untilTold, stop.signal)).toBe('stopped');
    expect(asked).toBe(2);
  });

  it('fails with what its work fails with', async () => {
    const failing = (): Promise<never> => Promise.reject(new Error('no disk'));
    await expect(
      whileRunning(() => Promise.resolve(true), new Bell(), failing, never),
    ).rejects.toThrow('no disk');
  });
});
