import { rebuildCommands } from '../../commands/rebuild/rebuild.commands';
import type { Projection } from '../../projections/projection';
import type { CommandIntake } from '../command-bus/command-intake';
import type { Generations } from '../projector/generations';
import type { RebuildRecords } from './rebuild-records';
import type { RecordedRebuilds } from './recorded-rebuilds';
import { Renewals } from './renewals';

const projections = [{ name: 'course', version: 1, kind: 'entity', category: 'execution' }];
const waitingAs = (rebuildId: string) => ({
  ...{ rebuildId, status: 'waiting', purpose: 'cut-over', isLive: false },
  waits: { why: 'differences', projections: ['course'] },
});

/**
 * The commands that are given for a renewal that waits and was built in this epoch, the fifth, after work was
 * reinstated for a reason.
 */
const givenAfter = async (
  reason: string,
  rebuildId = 'renewal.5.1',
): Promise<{ name: string; body: { reason: string } }[]> => {
  const given: { name: string; body: { reason: string } }[] = [];
  const fact = { stream: 'deployment-d1', type: 'DeploymentReinstated', correlationId: 'c' };
  const renewals = new Renewals(
    {
      epoch: () => Promise.resolve(5n),
      all: () =>
        Promise.resolve([
          { projection: 'course', state: 'live', version: 1, epoch: '0' },
          { projection: 'course', state: 'building', version: 1, epoch: '5', rebuild: rebuildId },
        ]),
      ask: () => Promise.resolve([{ ...fact, rollbackId: null, reason }]),
    } as unknown as Generations,
    {
      find: (id: string) => Promise.resolve(id === rebuildId ? waitingAs(id) : null),
    } as unknown as RecordedRebuilds,
    {
      open: () => Promise.resolve({ running: [], open: [rebuildId] }),
      projectionsOf: () => Promise.resolve(new Set(['course'])),
    } as unknown as RebuildRecords,
    {
      take: (request: (typeof given)[number]) => {
        given.push(request);
        return Promise.resolve();
      },
    } as unknown as CommandIntake,
    projections as unknown as Projection[],
  );
  await renewals.see();
  return given;
};

test('a renewal is accepted in the name of the fact it is for', async () => {
  expect(await givenAfter('the rollback was a mistake')).toMatchObject([
    {
      name: 'cut-over-rebuild',
      body: {
        accept: ['course'],
        reason: 'the work of deployment-d1 was reinstated: the rollback was a mistake',
      },
    },
  ]);
});

test('one that was begun for an earlier fact, and built behind this one, is accepted for it', async () => {
  expect(await givenAfter('a mistake', 'renewal.3.1')).toMatchObject([
    { name: 'cut-over-rebuild', body: { rebuildId: 'renewal.3.1', accept: ['course'] } },
  ]);
});

test('a rebuild of somebody else is not', async () => {
  expect(await givenAfter('a mistake', 'renewal-of-mine')).toEqual([]);
});

test.each([['r'.repeat(2_000)], [`${'r'.repeat(1_957)}${'\u{1f600}'.repeat(20)}`]])(
  'however much was said of that fact',
  async (reason) => {
    const [command] = await givenAfter(reason);
    expect(rebuildCommands.CutOverRebuild.schema.safeParse(command?.body)).toMatchObject({
      success: true,
    });
    expect(command?.body.reason.isWellFormed()).toBe(true);
  },
);
