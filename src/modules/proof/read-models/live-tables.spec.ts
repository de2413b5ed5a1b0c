import type { Projection } from '../../../projections/projection';
import { projections } from '../../../projections';
import { columnsOf } from '../../projector/table';
import type { Snapshot } from '../../database/snapshot';
import { liveModels } from './live-tables';

const id = 'subjects_v1_1';
const known = projections.filter(({ name }) => name === 'subjects');

/** A snapshot in which one generation is live, and of which the view is told as it is by now. */
const snapshotOf = (view: string): Snapshot => {
  const { name, version } = known[0] as Projection;
  const live = { id, projection: name, version, state: 'live', position: '0', epoch: '0' };
  const ask = (text: string): Promise<object[]> => {
    if (text.includes('pg_get_viewdef')) return Promise.resolve([{ table: true, view }]);
    if (text.includes('from ops.generations')) return Promise.resolve([{ ...live, without: null }]);
    return Promise.resolve([]);
  };
  return { ask } as unknown as Snapshot;
};

const faultsOf = async (table: string, isLiveNow: boolean): Promise<readonly string[]> => {
  const columns = columnsOf(known[0]!).map(({ sql }) => sql);
  const view = ` SELECT ${columns.join(', ')} FROM ${table}.subjects;`;
  const told = (): Promise<boolean> => Promise.resolve(isLiveNow);
  const models = await liveModels(snapshotOf(view), known, null, 0n, told);
  return models.flatMap(({ faults }) => faults);
};

test('a view that shows the live generation is no fault', async () => {
  expect(await faultsOf(id, true)).toEqual([]);
});

test('one that shows something else is', async () => {
  expect(await faultsOf('elsewhere', true)).toEqual([
    `the view read.subjects does not show ${id}.subjects as it is`,
  ]);
});

test('one is not where another generation went live since the snapshot', async () => {
  expect(await faultsOf('subjects_v2_2', false)).toEqual([]);
});
