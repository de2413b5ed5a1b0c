import { CommandKeys } from './command-keys';
import { ApiProblem, unreachable } from './problem';

const begin = { projections: ['roi-totals'] };

/** Issues commands, each with the next outcome, and gives the keys that they were issued by. */
const keysBy = async (
  keys: CommandKeys,
  outcomes: readonly (ApiProblem | null)[],
  dataOf = (_: number): object => begin,
): Promise<string[]> => {
  const used: string[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    const issue = (key: string): Promise<void> => {
      used.push(key);
      return outcome === null ? Promise.resolve() : Promise.reject(outcome);
    };
    await keys.issued('start-rebuild', dataOf(index), issue).catch(() => undefined);
  }
  return used;
};

const counted = (): CommandKeys => {
  let made = 0;
  return new CommandKeys(() => `k${String((made += 1))}`);
};

const busy = new ApiProblem(503, 'unavailable', 'it is not known to be recorded', [], 1);
const refused = new ApiProblem(409, 'rebuild-under-way', 'there is one');

test('a command whose outcome is not known is issued again by the same key', async () => {
  const used = await keysBy(counted(), [unreachable(), busy, null, null]);
  expect(used).toEqual(['k1', 'k1', 'k1', 'k2']);
});

test('one that was refused was decided, and another one is another one', async () => {
  expect(await keysBy(counted(), [refused, null])).toEqual(['k1', 'k2']);
  const others = (index: number): object => ({ projections: [String(index)] });
  expect(await keysBy(counted(), [unreachable(), null], others)).toEqual(['k1', 'k2']);
});

test('each of several that are under way at once keeps its own', async () => {
  const keys = counted();
  const used: string[] = [];
  let lose = (): void => undefined;
  const lost = keys
    .issued('start-rollback', begin, (key) => {
      used.push(key);
      return new Promise((_, reject) => (lose = () => reject(unreachable())));
    })
    .catch(() => undefined);
  used.push(...(await keysBy(keys, [null])));
  lose();
  await lost;
  await keys.issued('start-rollback', begin, (key) => Promise.resolve(used.push(key)));
  expect(used).toEqual(['k1', 'k2', 'k1']);
});

test('what is asked for anew is done anew', async () => {
  const keys = counted();
  expect(await keysBy(keys, [unreachable()])).toEqual(['k1']);
  keys.renew();
  expect(await keysBy(keys, [null])).toEqual(['k2']);
});
