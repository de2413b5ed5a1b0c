/* The server killed in the middle of a rehearsal. */
import { rollbackSteps } from '../../src/events/rollback.events';
import { eventually } from '../harness/eventually';
import { KillableServer } from '../harness/killable-server';
import { proveLedger } from '../harness/ledger-proof';
import { expectExact } from '../harness/read-models';
import { chanceOf, seedOf } from '../harness/seed';

jest.setTimeout(300_000);

const chance = chanceOf(seedOf('rehearsal killed'));
const patient = { every: 5 };

let server: KillableServer;

beforeEach(async () => {
  server = await KillableServer.make();
  await server.deployer.twoInTurn();
});
afterEach(() => server.end());

const stepsTaken = async (type: string): Promise<string[]> => {
  const rows = await server.database.sql<{ step: string }>(
    `select data ->> 'step' as step from ledger.events where type = '${type}' order by position`,
  );
  return rows.map(({ step }) => step);
};

const completed = (rollbackId: string): Promise<unknown> =>
  eventually(
    `${rollbackId} is completed`,
    async () => {
      const { body } = await server.client.get(`/v1/rollbacks/${rollbackId}`);
      if (body['state'] === 'completed') return body;
      throw new Error(JSON.stringify(body));
    },
    { within: 120_000 },
  );

it.each([0, 5, 6, chance.between(7, 8)])(
  'a rehearsal goes on exactly once where it is killed after %i steps, and nothing live is touched',
  async (count) => {
    const asked = { rollbackId: 'r1', deploymentId: 'd2', mode: 'data', reason: 'a drill' };
    await server.deployer.take(['start-rollback', { ...asked, rehearsal: true }]);
    await eventually(
      `${String(count)} steps are taken`,
      async () => (await stepsTaken('RehearsalStepTaken')).length >= count,
      patient,
    );
    await server.process.kill();
    await server.start();
    await completed('r1');
    expect(await stepsTaken('RehearsalStepTaken')).toEqual(rollbackSteps);
    const [facts] = await server.database.sql<{ once: string; live: string; built: string }>(
      `select count(*) filter (where type = 'RehearsalCompleted') as once,
         count(*) filter (where type in ('WorkStopped', 'DeploymentVoided', 'RollbackBegun', 'RebuildCutOver')) as live,
         count(*) filter (where type = 'RebuildStarted') as built from ledger.events`,
    );
    expect(facts).toEqual({ once: '1', live: '0', built: '1' });
    await expectExact(server.database);
    await proveLedger(server.database);
  },
);
