import { Logger } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import type { CommandIntake } from '../command-bus/command-intake';
import type { Settings } from '../config/settings';
import type { Generations } from '../projector/generations';
import type { CutOvers } from './cut-over';
import type { RebuildRecords } from './rebuild-records';
import { Successions } from './successions';

Logger.overrideLogger(false);

const { signal } = new AbortController();
const projections = [{ name: 'beats', version: 2, kind: 'entity', category: 'b' }];

test('a new version that could not be begun to be built is begun at a later look, once', async () => {
  const take = jest
    .fn()
    .mockRejectedValueOnce(new Error('the database is away'))
    .mockResolvedValue(undefined);
  const successions = new Successions(
    {
      all: () => Promise.resolve([]),
      epoch: () => Promise.resolve(0n),
      end: () => Promise.resolve(7n),
    } as unknown as Generations,
    {} as unknown as CutOvers,
    {
      open: () => Promise.resolve({ running: [], open: [] }),
      projectionsOf: () => Promise.resolve(new Set()),
    } as unknown as RebuildRecords,
    { take } as unknown as CommandIntake,
    projections as unknown as Projection[],
    { cutover: 'auto' } as Settings,
  );
  await expect(successions.see(signal)).rejects.toThrow('the database is away');
  await successions.see(signal);
  await successions.see(signal);
  expect(take).toHaveBeenCalledTimes(2);
});
