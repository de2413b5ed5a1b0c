import { KillableServer } from '../harness/killable-server';
import { expectExact } from '../harness/read-models';
import { chanceOf, seedOf } from '../harness/seed';

jest.setTimeout(300_000);

const seed = seedOf('deployment killed');
const names = Array.from({ length: 12 }, (_, index) => `d${String(index)}`);

let server: KillableServer;

beforeEach(async () => {
  server = await KillableServer.make();
});
afterEach(() => server.end());

interface Fact {
  readonly position: number;
  readonly type: string;
  readonly stream: string;
}

// In one statement: what a killed server sent last may be committed after its death.
const factsSql = `
select active_deployment as active, (
  select coalesce(json_agg(json_build_object('position', position, 'type', type, 'stream', stream)
    order by position), '[]')
  from ledger.events
  where type in ('DeploymentCompleted', 'DeploymentActivated', 'DeploymentSuperseded')
) as facts
from ledger.head`;

/** One that is live by every account of it, or none; gives its id. */
const expectOneLive = async (): Promise<string> => {
  const [found] = await server.database.sql<{ active: string; facts: Fact[] }>(factsSql);
  const { active, facts } = found!;
  const completed = facts.filter(({ type }) => type === 'DeploymentCompleted');
  const course = completed.map(({ stream }) => stream.slice('deployment-'.length));
  const expected = completed.flatMap(({ position, stream }, index) => {
    const former = completed[index - 1];
    return [
      { position, type: 'DeploymentCompleted', stream },
      { position: position + 1, type: 'DeploymentActivated', stream: 'flow-content' },
      ...(former === undefined
        ? []
        : [{ position: position + 2, type: 'DeploymentSuperseded', stream: former.stream }]),
    ];
  });
  expect(facts).toEqual(expected);
  const live = course.at(-1) ?? 'initial';
  expect(active).toBe(live);
  return live;
};

/** Completes deployments on two lines at once until the server is gone; gives those acknowledged. */
const completeUntilKilled = async (killAfter: number): Promise<string[]> => {
  const left = [...names];
  const acknowledged: string[] = [];
  let answers = 0;
  let killed: Promise<unknown> | undefined;
  const line = async (): Promise<void> => {
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      const answer = server.deployer.issue('complete-deployment', { deploymentId: id });
      if (answers >= killAfter) killed ??= server.process.kill();
      const { status } = await answer.catch(() => ({ status: 0 }));
      if (status === 200) acknowledged.push(id);
      if (status === 0) return;
      answers += 1;
    }
  };
  await Promise.all([line(), line()]);
  await killed;
  return acknowledged;
};

it('has one live deployment wherever the server is killed while one takes the place of another', async () => {
  const chance = chanceOf(seed);
  for (const name of names) await server.deployer.promoted(name);
  const acknowledged = await completeUntilKilled(chance.between(0, 8));
  const live = await expectOneLive();
  if (acknowledged.length > 0) expect(live).not.toBe('initial');
  await server.start();
  for (const deploymentId of names) {
    const { status, body } = await server.deployer.issue('complete-deployment', { deploymentId });
    if (status !== 200) expect(body.code).toBe('deployment-ended');
  }
  expect(await expectOneLive()).not.toBe('initial');
  await expectExact(server.database);
  const rows = await server.database.sql<{ status: string }>('select status from read.deployments');
  const statuses = rows.map((row) => row.status).sort();
  expect(statuses).toEqual(['live', ...names.slice(1).map(() => 'superseded')]);
  const { code } = await server.process.kill('SIGTERM');
  expect(code).toBe(0);
});
