/* What the pages of deployments show: one that was live, one that was rolled back, one on its way. */
import { dayOf } from '../../scripts/demo/day';
import type { TestApp } from '../harness/app';
import { deployerOf } from '../harness/deployments';
import { eventually } from '../harness/eventually';

const former = 'content-46';
export const takenBack = 'content-47';
export const planned = 'content-48';
export const rollbackId = 'rollback-of-47';

const articles = 16;

/** Articles of a day, recorded under a deployment. */
export const recordUnder = async (
  { client }: TestApp,
  deploymentId: string,
  seed: number,
  count = articles,
): Promise<void> => {
  const { articles: part } = dayOf(seed, `under-${deploymentId}`, count, Date.now());
  const lines = part.steps.map(({ at: _, ...line }) => line);
  const { body } = await client.bulk(lines, { headers: { 'x-deployment-id': deploymentId } });
  const refused = body.find(({ status }) => status !== 200);
  if (refused !== undefined) throw new Error(`not accepted: ${JSON.stringify(refused)}`);
};

const goLive = async (app: TestApp, deploymentId: string, seed: number): Promise<void> => {
  const operator = deployerOf(app.client, app.keys.operator);
  await operator.promoted(deploymentId);
  await recordUnder(app, deploymentId, seed);
  await operator.take(['complete-deployment', { deploymentId }]);
};

const takeBack = async (app: TestApp): Promise<void> => {
  const operator = deployerOf(app.client, app.keys.operator);
  const reason = 'the editor gate fell below 70 %';
  await operator.take(['start-rollback', { rollbackId, deploymentId: takenBack, reason }]);
  await eventually('it is rolled back', async () => {
    const { body } = await app.client.get(`/v1/rollbacks/${rollbackId}`);
    return body['state'] === 'completed';
  });
};

/** Ticked, measured and signed in part; one signature fell, as a check turned. */
const validate = async (app: TestApp): Promise<void> => {
  const operator = deployerOf(app.client, app.keys.operator);
  const id = { deploymentId: planned };
  const notes = 'Writes shorter openings; asks the style memory for five paragraphs.';
  await operator.take([
    'plan-deployment',
    { ...id, version: '2.4.0', previous: former, notes, plannerMaySign: true },
  ]);
  const ticks = [
    ['change-described', 'issue 812'],
    ['version-tagged', 'v2.4.0'],
    ['reviewed', 'pull request 830'],
    ['unit-tests', 'run 4117, 912 passed'],
    ['contract-kept', 'no mismatch in 3 consumers'],
  ];
  for (const [item, evidence] of ticks) {
    await operator.take(['tick-checklist-item', { ...id, item, evidence }]);
  }
  await recordUnder(app, planned, 48, 4);
  await operator.take(['measure-deployment', id]);
  const sign = async (role: string, verdict: string, comment: string): Promise<void> => {
    const { body } = await app.client.get<{ row: { contentHash: string } }>(
      `/v1/projections/deployments/${planned}?minPosition=${await endOf(app)}`,
    );
    const { contentHash } = body.row;
    await operator.take(['sign-off', { ...id, role, verdict, contentHash, comment }]);
  };
  await sign('quality', 'approved', 'read twelve articles');
  const probe = { gate: 'acceptance-run', outcome: 'successful', evidence: '23 of 23 checks' };
  await operator.take(['record-check', { ...id, ...probe }]);
  await sign('devops', 'approved', 'the rollback was rehearsed on staging');
};

const endOf = async ({ client }: TestApp): Promise<string> => {
  const { body } = await client.get<{ toPosition: string }>('/v1/events/counts');
  return body.toPosition;
};

/** Records it all. */
export const recordDeployments = async (app: TestApp): Promise<void> => {
  await goLive(app, former, 46);
  await goLive(app, takenBack, 47);
  await takeBack(app);
  await validate(app);
};
