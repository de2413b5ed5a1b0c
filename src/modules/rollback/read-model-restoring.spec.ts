import type { Projection } from '../../projections/projection';
import type { CommandIntake } from '../command-bus/command-intake';
import type { GenerationState, Generations } from '../projector/generations';
import type { CutOvers } from '../rebuild/cut-over';
import type { RecordedRebuilds } from '../rebuild/recorded-rebuilds';
import type { Renewals } from '../rebuild/renewals';
import { ReadModelRestoring } from './read-model-restoring';
import type { ReadModelReturns } from './read-model-returns';
import type { Rollback } from './recorded-rollbacks';
import type { RehearsalRebuilds } from './rehearsal-rebuilds';
import { RollbackTroubles } from './rollback-troubles';

const projection = { name: 'roi-totals', kind: 'totals', contributes: {} } as unknown as Projection;
const readModels = [{ projection: 'roi-totals', from: 'v1_2', to: 'v1_1', how: 'repoint' }];

const rollback = {
  rollbackId: 'r1',
  started: {},
  events: [{ type: 'RollbackStepTaken', data: { step: 'check-target', details: { readModels } } }],
} as unknown as Rollback;

/** What is done to get back to a generation that was warm when it was checked, and is in another state now. */
const doneFor = async (state: GenerationState): Promise<string[]> => {
  const done: string[] = [];
  const of = { projection: 'roi-totals', epoch: '0' };
  const all = [
    { id: 'v1_1', state, ...of },
    { id: 'v1_2', state: 'live', ...of },
  ];
  const begun = { status: 'completed', started: { data: { projections: ['roi-totals'] } } };
  const took = (what: string) => (): Promise<never[]> => {
    done.push(what);
    return Promise.resolve([]);
  };
  const restoring = new ReadModelRestoring(
    {
      all: () => Promise.resolve(all),
      epoch: () => Promise.resolve(0n),
    } as unknown as Generations,
    {} as unknown as ReadModelReturns,
    { cutOver: took('repoint') } as unknown as CutOvers,
    {
      find: () => Promise.resolve(done.includes('rebuild') ? begun : null),
    } as unknown as RecordedRebuilds,
    { see: () => Promise.resolve({ behind: [] }) } as unknown as Renewals,
    { take: took('rebuild') } as unknown as CommandIntake,
    { giveWay: () => Promise.resolve() } as unknown as RehearsalRebuilds,
    new RollbackTroubles(),
    [projection],
  );
  await restoring.take(rollback, new AbortController().signal);
  return done;
};

test('a generation that is warm still is repointed to', async () => {
  expect(await doneFor('warm')).toEqual(['repoint']);
});

test('one that is live by now was repointed to before', async () => {
  expect(await doneFor('live')).toEqual([]);
});

test('one that is being dropped, which a reader can hold up for long, is built anew', async () => {
  expect(await doneFor('dropping')).toEqual(['rebuild']);
});
