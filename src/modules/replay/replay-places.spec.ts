import type { ClientBase } from 'pg';
import { ReplayPlaces } from './replay-places';

test('replays that go on side by side ask one after the other, also behind one that fails', async () => {
  let underWay = 0;
  let most = 0;
  const session = {
    query: async (_text: string, [replay]: readonly string[]) => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      if (replay === 'b') throw new Error('away');
      return { rows: [], rowCount: 0 };
    },
  } as unknown as ClientBase;
  const places = new ReplayPlaces(session);
  const asked = ['a', 'b', 'c', 'd'].map((replay) => places.read(replay));
  const outcomes = await Promise.allSettled(asked);
  expect(outcomes.map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(most).toBe(1);
});
