import { Starts } from './starts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Work that begins and ends when it is told to. */
const work = (starts: Starts) => {
  const told = { isCalled: false, begin: (): void => undefined };
  let [end, fail] = [(): void => undefined, (_error: Error): void => undefined];
  const outcome = starts.run(
    (begun) =>
      new Promise<string>((resolve, reject) => {
        Object.assign(told, { isCalled: true, begin: begun });
        end = () => {
          resolve('done');
        };
        fail = reject;
      }),
  );
  return { told, outcome, end: () => end(), fail: (error: Error) => fail(error) };
};

test('begins one after the other, and goes on side by side', async () => {
  const starts = new Starts();
  const [first, second] = [work(starts), work(starts)];
  await settled();
  expect([first.told.isCalled, second.told.isCalled]).toEqual([true, false]);
  first.told.begin();
  await settled();
  expect(second.told.isCalled).toBe(true);
  second.end();
  expect(await second.outcome).toBe('done');
  first.end();
  expect(await first.outcome).toBe('done');
});

test('does not wait for what ends before it has begun', async () => {
  const starts = new Starts();
  const [first, second, third] = [work(starts), work(starts), work(starts)];
  await settled();
  first.fail(new Error('no memory'));
  await expect(first.outcome).rejects.toThrow('no memory');
  await settled();
  second.end();
  expect(await second.outcome).toBe('done');
  await settled();
  third.end();
  expect(await third.outcome).toBe('done');
});
