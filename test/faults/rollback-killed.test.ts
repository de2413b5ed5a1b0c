/* The server killed at every step of a rollback, while executions start and go on. */
import { rollbackSteps } from '../../src/events/rollback.events';
import { eventually } from '../harness/eventually';
import { proveLedger } from '../harness/ledger-proof';
import { KillableServer, operatorKey } from '../harness/killable-server';
import { expectExact } from '../harness/read-models';
import { operatorOf } from '../harness/rebuilds';

jest.setTimeout(600_000);

const patient = { within: 120_000, every: 5 };

let server: KillableServer;

beforeEach(async () => {
  server = await KillableServer.make();
});
afterEach(() => server.end());

const takenSql = `
select data ->> 'step' as step from ledger.events
where stream = $1 and type = 'RollbackStepTaken' order by version`;

const stepsTaken = async (rollbackId: string): Promise<string[]> => {
  const rows = await server.database.sql<{ step: string }>(takenSql, [`rollback-${rollbackId}`]);
  return rows.map(({ step }) => step);
};

/** From one start to the next, where read models are built anew meanwhile: each start is one more event to fold. */
const breath = { code: 0, data: 10 } as const;

/** Starts executions until told to stop; gives the codes of what was refused, and those acknowledged. */
const startsUntil = (
  stop: AbortSignal,
  prefix: string,
  milliseconds: number,
): Promise<{ readonly refused: Set<string>; readonly started: string[] }> => {
  const refused = new Set<string>();
  const started: string[] = [];
  const run = async (): Promise<void> => {
    for (let index = 0; !stop.aborted; index += 1) {
      const executionId = `${prefix}-${String(index)}`;
      const answer = await server.client
        .command('start-execution', { executionId })
        .catch(() => ({ status: 0, body: { code: 'gone' } }));
      if (answer.status === 200) started.push(executionId);
      else if (answer.status !== 0) refused.add(answer.body.code);
      else await new Promise((resolve) => setTimeout(resolve, 20));
      if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
    }
  };
  return run().then(() => ({ refused, started }));
};

const everyStep = (['code', 'data'] as const).flatMap((mode) =>
  rollbackSteps.map((step, index) => [mode, index, step] as const),
);

it.each(everyStep)(
  'of %s goes on exactly once where it is killed after %i steps, before %s',
  async (mode, count) => {
    await server.deployer.goLive('d1');
    await server.deployer.goLive('d2');
    await operatorOf(server.client, operatorKey).rebuild({ projections: ['roi-totals'] });
    const stop = new AbortController();
    const work = startsUntil(stop.signal, 'work', breath[mode]);
    const { body } = await server.deployer.take([
      'start-rollback',
      { rollbackId: 'r1', deploymentId: 'd2', mode, reason: 'a drill' },
    ]);
    expect(body.stream).toBe('rollback-r1');
    await eventually(
      `${String(count)} steps are taken`,
      async () => (await stepsTaken('r1')).length >= count,
      patient,
    );
    await server.process.kill();
    await server.start();
    await eventually(
      'it is completed',
      async () => {
        const { body: found } = await server.client.get<{ state: string }>('/v1/rollbacks/r1');
        if (found.state === 'failed') throw new Error(JSON.stringify(found));
        return found.state === 'completed';
      },
      { within: 180_000 },
    );
    stop.abort();
    const { refused, started } = await work;
    expect([...refused].filter((code) => code !== 'deployment-rolling-back')).toEqual([]);

    expect(await stepsTaken('r1')).toEqual(rollbackSteps);
    const facts = await server.database.sql<{ type: string }>(
      `select type from ledger.events where type in ('DeploymentActivated', 'DeploymentRestored',
         'DeploymentVoided', 'DeploymentRolledBack', 'WorkStopped', 'RollbackCompleted') order by position`,
    );
    expect(facts.map(({ type }) => type)).toEqual([
      'DeploymentActivated',
      'DeploymentActivated',
      'WorkStopped',
      'DeploymentActivated',
      'DeploymentRestored',
      ...(mode === 'data' ? ['DeploymentVoided'] : []),
      'DeploymentRolledBack',
      'RollbackCompleted',
    ]);
    const begun = await server.database.sql<{ id: string }>(
      `select substr(stream, 11) as id from ledger.events where type = 'ExecutionStarted'`,
    );
    const ids = new Set(begun.map(({ id }) => id));
    expect(started.filter((id) => !ids.has(id))).toEqual([]);
    const [late] = await server.database.sql<{ late: string }>(
      `select count(*) as late from ledger.events where type = 'ExecutionStarted' and deployment_id = 'd2'
         and position > (select position from ledger.events where type = 'WorkStopped')`,
    );
    expect(late?.late).toBe('0');
    const live = await server.database.sql<{ id: string; knows: boolean }>(
      `select id, epoch = (select voided from ledger.head) as knows
       from ops.generations where projection = 'roi-totals' and state = 'live'`,
    );
    expect(live).toHaveLength(1);
    expect(live[0]).toMatchObject(
      mode === 'code' ? { id: expect.stringMatching(/_1$/) } : { knows: true },
    );
    await expectExact(server.database);
    await proveLedger(server.database);
  },
);
