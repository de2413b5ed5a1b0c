import type { Projection } from '../../projections/projection';
import { BuiltGenerations } from './built-generations';
import { Hopeless } from './hopeless';
import type { RebuildMeans } from './rebuild-means';
import type { RebuildSteps } from './rebuild-steps';
import type { Rebuild } from './recorded-rebuilds';

const projection = { name: 'roi-totals', version: 1 } as unknown as Projection;
const { signal } = new AbortController();
const rebuild = {
  rebuildId: 'one',
  started: { data: { scope: null } },
} as unknown as Rebuild;

/** One whose step `create` is done or not, among generations that there are. */
const building = (isMade: boolean, there: readonly object[]): BuiltGenerations =>
  new BuiltGenerations(
    rebuild,
    {
      isDone: () => Promise.resolve(isMade),
      begin: () => Promise.resolve(),
      end: () => Promise.resolve(),
    } as unknown as RebuildSteps,
    {
      generations: {
        all: () => Promise.resolve(there),
        create: () => Promise.resolve({ id: 'roi_totals_v1_3' }),
      },
    } as unknown as RebuildMeans,
  );

const made = (state: string): object => ({
  id: 'roi_totals_v1_2',
  projection: 'roi-totals',
  version: 1,
  rebuild: 'one',
  state,
});

describe('the generations of a rebuild', () => {
  it('are made where they are not there yet, and gone on with where they are', async () => {
    expect(await building(false, []).create([projection], signal)).toEqual([
      { projection, generation: 'roi_totals_v1_3' },
    ]);
    expect(await building(true, [made('filling')]).create([projection], signal)).toEqual([
      { projection, generation: 'roi_totals_v1_2' },
    ]);
  });

  it.each([
    ['is gone', []],
    ['is being dropped', [made('dropping')]],
  ])('are not filled by steps that are done, where one of them %s', async (_what, there) => {
    const creating = building(true, there).create([projection], signal);
    await expect(creating).rejects.toThrow(Hopeless);
    await expect(creating).rejects.toThrow('roi-totals was dropped: begin it anew');
  });
});
