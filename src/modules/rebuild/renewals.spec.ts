import { rebuildCommands } from '../../commands/rebuild/rebuild.commands';
import type { Projection } from '../../projections/projection';
import type { CommandIntake } from '../command-bus/command-intake';
import { Problem } from '../http/problem';
import type { Generations } from '../projector/generations';
import type { RebuildRecords } from './rebuild-records';
import type { RecordedRebuilds } from './recorded-rebuilds';
import { Renewals } from './renewals';

const projections = [{ name: 'course', version: 1, kind: 'entity', category: 'execution' }];
const waitingAs = (rebuildId: string) => ({
  rebuildId,
  status: 'waiting',
  purpose: 'cut-over',
  isLive: false,
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

interface Scene {
  /** The generation that is live. */
  readonly live?: object;
  /** All rebuilds that there are. */
  readonly rebuilds?: readonly { readonly rebuildId: string; readonly status: string }[];
  /** Projections that are being rebuilt. */
  readonly taken?: readonly string[];
  /** What is true of what rebuilds built, at a look and once nobody else changes it. */
  readonly states?: readonly [string, string];
  readonly epoch?: bigint;
  readonly anew?: boolean;
  readonly refusal?: Error;
}

/** The commands that are given where no renewal waits, after a rollback has voided work at 5. */
const begunIn = async ({ live, rebuilds = [], taken = [], epoch = 5n, ...rest }: Scene) => {
  const [seen, settled] = rest.states ?? ['building', 'building'];
  const given: { name: string; body: object }[] = [];
  const fact = { stream: 'deployment-d1', type: 'DeploymentVoided', correlationId: 'c' };
  const generationsAs = (state: string) => [
    { projection: 'course', state: 'live', version: 1, epoch: '0', ...live },
    ...rebuilds.map(({ rebuildId: rebuild }) => ({
      projection: 'course',
      state,
      version: 1,
      epoch: rebuild.slice(-3, -2),
      id: `of-${rebuild}`,
      rebuild,
    })),
  ];
  const renewals = new Renewals(
    {
      epoch: () => Promise.resolve(epoch),
      all: (manager?: object) =>
        Promise.resolve(generationsAs(manager === undefined ? seen : settled)),
      exclusively: (work: (manager: object) => Promise<unknown>) => work({}),
      ask: () => Promise.resolve([{ ...fact, rollbackId: 'r1', reason: null }]),
    } as unknown as Generations,
    {
      find: (id: string) =>
        Promise.resolve(rebuilds.find(({ rebuildId }) => rebuildId === id) ?? null),
    } as unknown as RecordedRebuilds,
    {
      open: () => {
        const open = rebuilds.filter(({ status }) => status === 'running' || status === 'waiting');
        return Promise.resolve({ running: [], open: open.map(({ rebuildId }) => rebuildId) });
      },
      projectionsOf: () => Promise.resolve(new Set(taken)),
    } as unknown as RebuildRecords,
    {
      take: ({ name, body }: (typeof given)[number]) => {
        given.push({ name, body });
        return rest.refusal === undefined ? Promise.resolve() : Promise.reject(rest.refusal);
      },
    } as unknown as CommandIntake,
    projections as unknown as Projection[],
  );
  await (rest.anew === true ? renewals.see({ anew: true }) : renewals.see());
  return given;
};

const renewal = (id: string, status: string, more: object = {}) => ({
  rebuildId: `renewal.${id}`,
  status,
  purpose: 'cut-over',
  isLive: false,
  waits: null,
  ...more,
});
const begins = (attempt: number) => ({
  name: 'start-rebuild',
  body: { rebuildId: `renewal.5.${String(attempt)}`, projections: ['course'], cutover: 'auto' },
});

describe('a renewal', () => {
  it('is begun for what is live from before the fact', async () => {
    expect(await begunIn({})).toEqual([begins(1)]);
  });

  it.each<[string, Scene]>([
    ['what was built since', { live: { epoch: '5' } }],
    ['another version, which is on its way out', { live: { version: 2 } }],
    ['what is not live', { live: { state: 'warm' } }],
    ['what is being rebuilt', { taken: ['course'] }],
    ['a ledger in which nothing was ever void', { epoch: 0n }],
    ['what one goes on for', { rebuilds: [renewal('5.1', 'running')] }],
    ['what one failed for, by itself', { rebuilds: [renewal('5.1', 'failed')] }],
    ['what somebody cancelled one for', { rebuilds: [renewal('5.1', 'cancelled')] }],
  ])('is not begun for %s', async (_what, scene) => {
    expect(await begunIn(scene)).toEqual([]);
  });

  it('is begun again where one is over and something is behind still, or where that is asked for', async () => {
    const over = renewal('5.1', 'completed');
    expect(await begunIn({ rebuilds: [over] })).toEqual([begins(2)]);
    const failed = renewal('5.2', 'failed');
    expect(await begunIn({ rebuilds: [over, failed] })).toEqual([]);
    expect(await begunIn({ rebuilds: [over, failed], anew: true })).toEqual([begins(3)]);
    const running = renewal('5.2', 'running');
    expect(await begunIn({ rebuilds: [over, running], anew: true })).toEqual([]);
  });

  it('is accepted in the name of the rollback that voided work', async () => {
    const waits = { why: 'differences', projections: ['course'] };
    const waiting = renewal('5.1', 'waiting', { waits });
    expect(await begunIn({ rebuilds: [waiting] })).toMatchObject([
      {
        name: 'cut-over-rebuild',
        body: { reason: 'rollback r1 voided the work of deployment-d1' },
      },
    ]);
  });

  it('takes the place of what was begun before the fact, and can never go live', async () => {
    const [ended, ...others] = await begunIn({ rebuilds: [renewal('3.1', 'running')] });
    expect(ended).toMatchObject({
      name: 'fail-rebuild',
      body: {
        rebuildId: 'renewal.3.1',
        cause: expect.stringMatching(/^of-renewal\.3\.1 was begun as of position 3/) as string,
      },
    });
    expect(others).toEqual([begins(1)]);
    for (const more of [{ purpose: 'dry-run' }, { isLive: true }]) {
      expect(await begunIn({ rebuilds: [renewal('3.1', 'running', more)] })).toEqual([begins(1)]);
    }
  });

  it.each<[string, string]>([
    ['live', 'live'],
    ['building', 'live'],
    ['warm', 'warm'],
  ])(
    'does not have one failed that went live just before the fact, seen as %s and then %s',
    async (...states) => {
      const rebuilds = [renewal('3.1', 'running')];
      expect(await begunIn({ rebuilds, states, taken: ['course'] })).toEqual([]);
    },
  );

  it('is looked at again where somebody was first, and is no secret where it cannot be begun', async () => {
    const taken = new Problem(409, 'rebuild-under-way', 'rebuild first of course is under way');
    expect(await begunIn({ refusal: taken })).toEqual([begins(1)]);
    const away = new Problem(503, 'unavailable', 'the ledger is away');
    await expect(begunIn({ refusal: away })).rejects.toThrow('the ledger is away');
  });
});
