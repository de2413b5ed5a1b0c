import { OneAtATime } from './one-at-a-time';

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

test('what is wanted while it is under way is done once more behind that', async () => {
  const ends: (() => void)[] = [];
  const work = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
  const one = new OneAtATime();
  const running = one.run(work);
  await one.run(work); // behind a command: what is under way does not know of it
  await one.run(work);
  expect(ends).toHaveLength(1);
  ends[0]?.();
  await turn();
  expect(ends).toHaveLength(2);
  ends[1]?.();
  await running;
  expect({ ends: ends.length, isUnderWay: one.isUnderWay }).toEqual({ ends: 2, isUnderWay: false });
});

test('work that failed leaves the way to the next', async () => {
  const one = new OneAtATime();
  await expect(one.run(() => Promise.reject(new Error('broken off')))).rejects.toThrow(
    'broken off',
  );
  let done = 0;
  await one.run(() => Promise.resolve(void (done += 1)));
  expect(done).toBe(1);
});
