/* The server killed in the middle of a reinstatement, before its read models are renewed or while they are. */
import { eventually } from '../harness/eventually';
import { KillableServer } from '../harness/killable-server';
import { proveLedger } from '../harness/ledger-proof';
import { expectExact } from '../harness/read-models';

jest.setTimeout(600_000);

const patient = { within: 120_000 };
const watchful = { ...patient, every: 5 };

let server: KillableServer;

beforeEach(async () => {
  server = await KillableServer.make();
  await server.deployer.twoInTurn();
});
afterEach(() => server.end());

interface Proof {
  readonly holds: boolean;
  readonly projections: readonly {
    readonly projection: string;
    readonly position: string;
    readonly contentHash: string;
  }[];
}

/** What is proven of `execution-status` once it has everything up to `position`. */
const hashAt = (position: string): Promise<string> =>
  eventually(
    `execution-status is at ${position}`,
    async () => {
      const { body } = await server.client.get<Proof>('/v1/verify');
      const proven = body.projections.find(({ projection }) => projection === 'execution-status');
      const isThere = proven !== undefined && BigInt(proven.position) >= BigInt(position);
      return body.holds && isThere && proven.contentHash;
    },
    patient,
  );

const end = async (): Promise<string> => {
  const [head] = await server.database.sql<{ position: string }>(
    'select position from ledger.head',
  );
  return head?.position ?? '0';
};

const countOf = async (type: string): Promise<number> => {
  const sql = 'select count(*)::integer as count from ledger.events where type = $1';
  const [row] = await server.database.sql<{ count: number }>(sql, [type]);
  return row?.count ?? 0;
};

/** Rebuilds that renew read models, those of the rollback among them. */
const renewals = (): Promise<number> => countOf('RebuildStarted');

it.each(['at once', 'while read models are renewed'])(
  'is gone on with where it is killed %s, and everything is as before the rollback',
  async (moment) => {
    const before = await hashAt(await end());
    await server.deployer.take([
      'start-rollback',
      { rollbackId: 'r1', deploymentId: 'd2', mode: 'data', reason: 'a drill' },
    ]);
    await eventually(
      'it is rolled back',
      async () => {
        const { body } = await server.client.get<{ state: string }>('/v1/rollbacks/r1');
        return body.state === 'completed';
      },
      patient,
    );
    expect(await hashAt(await end())).not.toBe(before);
    const earlier = await renewals();
    await server.deployer.take(['reinstate-deployment', { deploymentId: 'd2', reason: 'wrongly' }]);
    if (moment !== 'at once') {
      await eventually('a renewal', async () => (await renewals()) > earlier, watchful);
    }
    await server.process.kill();
    await server.start();
    await eventually(
      'everything is as before',
      async () => (await hashAt(await end())) === before,
      patient,
    );
    expect(await countOf('DeploymentReinstated')).toBe(1);
    await expectExact(server.database);
    await proveLedger(server.database);
  },
);
