import type { Projection } from '../../projections/projection';
import type { BulkJob } from './bulk/bulk-job';
import { BulkPass } from './bulk-pass';
import type { RebuildMeans } from './rebuild-means';
import type { Pass, RebuildSteps } from './rebuild-steps';
import type { Rebuild } from './recorded-rebuilds';

const built = {
  projection: { name: 'roi-totals' } as unknown as Projection,
  generation: 'roi_totals_v1_3',
};

/** The pass of a rebuild of what lies between two positions: as planned, and as it is carried out. */
const passed = async (after: bigint, end: bigint): Promise<{ pass: Pass | null; job: BulkJob }> => {
  const jobs: BulkJob[] = [];
  let pass: Pass | null = null;
  const nothing = (): Promise<void> => Promise.resolve();
  const steps = {
    begin: nothing,
    end: nothing,
    resume: nothing,
    advance: nothing,
    within: () => steps,
    isDone: () => Promise.resolve(false),
    pass: () => Promise.resolve(pass),
    plan: (planned: Pass) => {
      pass = planned;
      return Promise.resolve();
    },
  };
  const ask = (): Promise<object[]> => Promise.resolve([]);
  const means = {
    generations: { ask, transaction: (work: (its: typeof ask) => Promise<void>) => work(ask) },
    sections: { boundsOf: () => Promise.resolve({ after, end }) },
    settings: { rebuildBytes: 1, rebuildMemory: 1, partitions: 1 },
    bulk: {
      run: (job: BulkJob) => {
        jobs.push(job);
        return Promise.resolve({ events: 0, rows: new Map() });
      },
    },
  };
  const data = { scope: {}, maxEventsPerSecond: null };
  await new BulkPass(
    { rebuildId: 'one', started: { data } } as unknown as Rebuild,
    steps as unknown as RebuildSteps,
    means as unknown as RebuildMeans,
  ).run([built], new AbortController().signal);
  return { pass, job: jobs[0] as BulkJob };
};

describe('the pass of a rebuild of a part of the ledger', () => {
  it('reads what lies between its bounds', async () => {
    const { pass, job } = await passed(8n, 12n);
    expect(pass).toEqual({ through: 12n, total: 4 });
    expect(job).toMatchObject({ through: 12n, scope: { fromPosition: 9n } });
  });

  it('has nothing to read where they are the wrong way round', async () => {
    const { pass, job } = await passed(99_999n, 752n);
    expect(pass).toEqual({ through: 752n, total: 0 });
    expect(job).toMatchObject({ through: 752n, scope: { fromPosition: 753n } });
  });
});
