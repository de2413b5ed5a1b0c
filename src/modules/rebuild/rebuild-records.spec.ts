import type { CommandIntake } from '../command-bus/command-intake';
import type { Generations } from '../projector/generations';
import { RebuildRecords } from './rebuild-records';
import type { Rebuild, RecordedRebuilds } from './recorded-rebuilds';

/** Three generations of a rebuild that failed, and one each of others. */
const rows = [
  ...['a', 'b', 'c'].map((id) => ({ id, rebuild: 'failed' })),
  { id: 'd', rebuild: 'running' },
  { id: 'e', rebuild: 'what-if' },
];
const recorded: Readonly<Record<string, Partial<Rebuild>>> = {
  failed: { status: 'failed', outcome: null },
  running: { status: 'running', outcome: null },
  'what-if': { status: 'completed', outcome: 'what-if' },
};

test('what rebuilds left that ended is told by one look at each of them', async () => {
  const looks: string[] = [];
  const records = new RebuildRecords(
    { ask: () => Promise.resolve(rows) } as unknown as Generations,
    {
      find: (id: string) => {
        looks.push(id);
        return Promise.resolve(recorded[id] ?? null);
      },
    } as unknown as RecordedRebuilds,
    {} as unknown as CommandIntake,
  );
  expect(await records.leftBehind()).toEqual(['a', 'b', 'c']);
  expect(looks).toEqual(['failed', 'running', 'what-if']);
});
