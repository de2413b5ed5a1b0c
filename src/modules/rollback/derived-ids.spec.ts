import type { RecordedRebuilds } from '../rebuild/recorded-rebuilds';
import { rebuildIdOf } from './derived-ids';

/** Rebuilds that are recorded, by id, with the rollback that began each. */
const recorded = (begun: Readonly<Record<string, string>>): Pick<RecordedRebuilds, 'find'> => ({
  find: (id) => {
    const correlationId = begun[id];
    return Promise.resolve(
      (correlationId === undefined ? null : { started: { correlationId } }) as Awaited<
        ReturnType<RecordedRebuilds['find']>
      >,
    );
  },
});

const [one, other] = ['a', 'b'].map((end) => `${'r'.repeat(127)}${end}`) as [string, string];
const cut = `rehearsal.${one}`.slice(0, 128);

test('a rebuild is named after its rollback', async () => {
  expect(await rebuildIdOf(recorded({}), 'rollback.2.', 'r1')).toBe('rollback.2.r1');
});

test('those of two rollbacks whose long names end otherwise are two, each the same whenever asked', async () => {
  const ids = await Promise.all(
    [one, one, other].map((id) => rebuildIdOf(recorded({}), 'rehearsal.', id)),
  );
  expect(new Set(ids).size).toBe(2);
  expect(ids[0]).toBe(ids[1]);
  for (const id of ids) expect(id).toMatch(/^rehearsal\.[A-Za-z0-9._:-]{1,118}$/);
});

test('one that was begun under a name that was merely cut is found by whoever began it, and by nobody else', async () => {
  const before = recorded({ [cut]: one });
  expect(await rebuildIdOf(before, 'rehearsal.', one)).toBe(cut);
  expect(await rebuildIdOf(before, 'rehearsal.', other)).not.toBe(cut);
});
