/* Deployments as an operator takes them live, over HTTP. */
import type { Accepted, Answer, Client, Problem } from './client';
import { eventually } from './eventually';

type Answered = Answer<Accepted & Problem>;

interface DeploymentRow {
  readonly deploymentId: string;
  readonly status: string;
  readonly contentHash: string;
  readonly checklist: readonly Record<string, unknown>[];
  readonly signOffs: readonly Record<string, unknown>[];
  readonly checks: readonly Record<string, unknown>[];
  readonly missing: readonly { readonly kind: string; readonly name: string }[];
  readonly [column: string]: unknown;
}

export interface Deployer {
  issue(name: string, body: object): Promise<Answered>;
  /** Issues commands one after the other. @throws Error for the first that is not accepted. */
  take(...commands: readonly (readonly [name: string, body: object])[]): Promise<Answered>;
  /** The row once it has everything up to a position. */
  row(deploymentId: string, minPosition: string): Promise<DeploymentRow>;
  /** Plans a deployment that asks for nothing, and takes it to all of the traffic. */
  promoted(deploymentId: string, more?: object): Promise<void>;
  /** The same, and makes it the live one. */
  goLive(deploymentId: string, more?: object): Promise<void>;
  /** Takes `d1` live, under which `old` begins; then `d2`, under which `old` is paused and `new` begins. */
  twoInTurn(): Promise<void>;
}

export const deployerOf = (client: Client, key: string): Deployer => {
  const issue: Deployer['issue'] = (name, body) => client.command(name, body, { key });
  const take: Deployer['take'] = async (...commands) => {
    let last: Answered | undefined;
    for (const [name, body] of commands) {
      last = await issue(name, body);
      if (last.status !== 200) throw new Error(`${name}: ${JSON.stringify(last.body)}`);
    }
    if (last === undefined) throw new Error('nothing was issued');
    return last;
  };
  const row: Deployer['row'] = async (deploymentId, minPosition) => {
    const path = `/v1/projections/deployments/${deploymentId}?minPosition=${minPosition}`;
    const { body } = await eventually(`deployments at ${minPosition}`, async () => {
      const answer = await client.get<{ row: DeploymentRow }>(path, { key });
      if (answer.status === 503) throw new Error(JSON.stringify(answer.body)); // not in time
      return answer;
    });
    return body.row;
  };
  const promoted: Deployer['promoted'] = async (deploymentId, more = {}) => {
    const nothing = { checklist: [], requiredSignOffs: [], requiredGates: [], ...more };
    await take(
      ['plan-deployment', { deploymentId, version: '1', ...nothing }],
      ['decide-deployment', { deploymentId, verdict: 'go', reason: 'nothing stands against it' }],
      ['stage-deployment', { deploymentId }],
      ['promote-deployment', { deploymentId, traffic: 50 }],
      ['promote-deployment', { deploymentId, traffic: 100 }],
    );
  };
  const goLive: Deployer['goLive'] = async (deploymentId, more) => {
    await promoted(deploymentId, more);
    await take(['complete-deployment', { deploymentId }]);
  };
  const twoInTurn: Deployer['twoInTurn'] = async () => {
    await goLive('d1');
    await take(['start-execution', { executionId: 'old' }]);
    await goLive('d2');
    await take(
      ['pause-execution', { executionId: 'old' }],
      ['start-execution', { executionId: 'new' }],
    );
  };
  return { issue, take, row, promoted, goLive, twoInTurn };
};
