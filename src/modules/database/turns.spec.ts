import { inTurns } from './turns';

test('work is done one after the other, also behind work that failed', async () => {
  const turn = inTurns();
  const steps: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    if (name === 'b') throw new Error('b failed');
    return name;
  };
  const [a, b, c] = await Promise.allSettled(['a', 'b', 'c'].map((name) => turn(work(name))));
  expect([a?.status, b?.status, c]).toEqual([
    'fulfilled',
    'rejected',
    { status: 'fulfilled', value: 'c' },
  ]);
  expect(steps).toEqual(['a', 'b', 'c'].flatMap((name) => [`${name} begins`, `${name} ends`]));
});
