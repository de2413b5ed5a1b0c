import { z } from 'zod';
import { ApiClient } from '../../src/modules/cli/api-client';
import type { ServerAddress } from '../../src/modules/cli/server-address';
import type { Traffic } from './traffic';

const acceptance = z.object({ position: z.string() });

const rowAnswer = z.object({
  row: z.object({
    contentHash: z.string(),
    checks: z.array(
      z.object({
        gate: z.string(),
        outcome: z.string(),
        measured: z.number().nullable(),
        threshold: z.number().nullable(),
      }),
    ),
  }),
});
type DeploymentRow = z.output<typeof rowAnswer>['row'];
type Check = DeploymentRow['checks'][number];

const livePage = z.object({ rows: z.array(z.object({ deploymentId: z.string() })) });

/** Measured from read models, of what is recorded under a deployment. */
const gate = 'editor-gate-pass-rate';
/** Of fewer the measure is inconclusive. */
const sample = 12;
const roles = ['devops', 'quality', 'planning', 'executive'] as const;

/** Takes deployments of the flow `content` live, as an operator does. Every method throws Refused. */
export class Deploying {
  private readonly operator: ApiClient;

  constructor(server: ServerAddress) {
    this.operator = new ApiClient(server);
  }

  /** The live one, of those that were planned. */
  async live(): Promise<string | null> {
    const query = { status: 'live', flow: 'content' };
    const { rows } = await this.operator.get('/v1/projections/deployments', query, livePage);
    return rows[0]?.deploymentId ?? null;
  }

  /** Takes one live that nothing is asked of: something to go back to. */
  async begin(deploymentId: string, version: string): Promise<void> {
    const nothing = { checklist: [], requiredSignOffs: [], requiredGates: [] };
    await this.issue('plan-deployment', { deploymentId, version, ...nothing });
    await this.decideAndStage(deploymentId);
    for (const traffic of [50, 100]) {
      await this.issue('promote-deployment', { deploymentId, traffic });
    }
    await this.issue('complete-deployment', { deploymentId });
  }

  /** Plans, ticks, checks and signs; gives the hash of what was signed. */
  async prepare(deploymentId: string, version: string): Promise<string> {
    const item = 'the change is reviewed';
    await this.issue('plan-deployment', {
      deploymentId,
      version,
      requiredGates: [gate],
      requiredSignOffs: roles,
      checklist: [{ item }],
    });
    await this.issue('tick-checklist-item', { deploymentId, item, evidence: 'by two people' });
    const position = await this.issue('record-check', {
      deploymentId,
      gate,
      outcome: 'successful',
      measured: 95,
      evidence: 'acceptance run: 19 of 20',
    });
    const { contentHash } = await this.row(deploymentId, position);
    for (const role of roles) {
      await this.issue('sign-off', { deploymentId, role, verdict: 'approved', contentHash });
    }
    await this.decideAndStage(deploymentId);
    return contentHash;
  }

  /** Gives it a share of the traffic, in percent, and has what came of it measured. */
  async promote(deploymentId: string, share: number, traffic: Traffic): Promise<Check> {
    await this.issue('promote-deployment', { deploymentId, traffic: share });
    traffic.candidate = { deploymentId, share: share / 100 };
    await traffic.writes((sample * 100) / share);
    return this.measure(deploymentId, traffic);
  }

  async complete(deploymentId: string, traffic: Traffic): Promise<void> {
    await this.issue('complete-deployment', { deploymentId });
    traffic.candidate = null;
  }

  /** What read models say of its gate, once there are articles enough. */
  async measure(deploymentId: string, traffic: Traffic): Promise<Check> {
    for (;;) {
      const position = await this.issue('measure-deployment', { deploymentId });
      const { checks } = await this.row(deploymentId, position);
      const check = checks.find((one) => one.gate === gate);
      if (check !== undefined && check.outcome !== 'inconclusive') return check;
      await traffic.writes(sample);
    }
  }

  private async decideAndStage(deploymentId: string): Promise<void> {
    await this.issue('decide-deployment', { deploymentId, verdict: 'go', reason: 'all holds' });
    await this.issue('stage-deployment', { deploymentId });
  }

  /** The position it was recorded at. */
  private async issue(name: string, data: object): Promise<string> {
    return acceptance.parse(await this.operator.issue(name, data)).position;
  }

  private async row(deploymentId: string, minPosition: string): Promise<DeploymentRow> {
    const path = `/v1/projections/deployments/${deploymentId}`;
    return (await this.operator.get(path, { minPosition }, rowAnswer)).row;
  }
}
