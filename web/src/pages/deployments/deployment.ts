export type Phase =
  'before-deployment' | 'integration' | 'staging' | 'production' | 'validation' | 'monitoring';

export interface ChecklistLine {
  readonly item: string;
  readonly phase: Phase;
  readonly description: string | null;
  readonly gate: string | null;
  readonly ticked: boolean;
  readonly by: string | null;
  readonly at: string | null;
  readonly evidence: string | null;
}

interface Change {
  readonly kind: string;
  readonly name: string;
  readonly to: string;
}

export interface SignOff {
  readonly role: string;
  readonly verdict: 'approved' | 'rejected' | null;
  readonly by: string | null;
  readonly at: string | null;
  readonly comment: string | null;
  readonly contentHash: string | null;
  readonly invalidatedBy: Change | null;
}

export interface Gate {
  readonly gate: string;
  readonly comparison: 'at-least' | 'above' | 'below' | null;
  readonly threshold: number | null;
  readonly unit: string | null;
  readonly smallestSample: number | null;
}

export interface Check {
  readonly gate: string;
  readonly outcome: string;
  readonly measured: number | null;
  readonly threshold: number | null;
  readonly evidence: string | null;
  readonly by: string;
  readonly at: string;
}

export interface Lack {
  readonly kind: 'checklist-item' | 'gate' | 'sign-off';
  readonly name: string;
  readonly why: string;
}

interface Decision {
  readonly verdict: 'go' | 'no_go';
  readonly reason: string;
  readonly by: string;
  readonly at: string;
  readonly override: { readonly requestedBy: string; readonly reason: string } | null;
}

/** A row of the read model `deployments`. */
export interface DeploymentRow {
  readonly deploymentId: string;
  readonly version: string;
  readonly flow: string;
  readonly previous: string | null;
  readonly status: string;
  readonly traffic: number;
  readonly contentHash: string;
  readonly checklist: readonly ChecklistLine[];
  readonly signOffs: readonly SignOff[];
  readonly gates: readonly Gate[];
  readonly checks: readonly Check[];
  readonly missing: readonly Lack[];
  readonly decision: Decision | null;
  readonly overrideRequest: { readonly by: string; readonly reason: string } | null;
  readonly timeline: readonly {
    readonly at: string;
    readonly by: string;
    readonly type: string;
    readonly text: string;
  }[];
  readonly notes: string | null;
  readonly plannedBy: string;
  readonly plannerMaySign: boolean;
  readonly supersedes: string | null;
  readonly supersededBy: string | null;
  readonly rollbackId: string | null;
  /** Since when its work counts no more. */
  readonly voidedAt: string | null;
  readonly plannedAt: string;
  readonly liveAt: string | null;
  readonly endedAt: string | null;
}

/** The stream of its facts. */
export const streamOf = (deploymentId: string): string => `deployment-${deploymentId}`;

const final = ['superseded', 'aborted', 'rolling_back', 'rolled_back', 'rollback_failed'];

/** Whether it takes no more commands of its own. */
export const isOver = ({ status }: DeploymentRow): boolean => final.includes(status);

/** Whether it is said what it lacks, and what would be signed: the event after its plan does. */
export const isAssessed = ({ contentHash }: DeploymentRow): boolean => contentHash !== '';

const beforeStaging = ['draft', 'validating', 'awaiting_sign_off', 'no_go'];

/** Whether it can still be signed and decided. */
export const isUndecided = ({ status }: DeploymentRow): boolean => beforeStaging.includes(status);

export const tickedOf = ({ checklist }: DeploymentRow): number =>
  checklist.filter(({ ticked }) => ticked).length;

export const approvedOf = ({ signOffs }: DeploymentRow): number =>
  signOffs.filter(({ verdict }) => verdict === 'approved').length;

/** How many of the required gates were last checked successful. */
export const passedOf = ({ gates, checks }: DeploymentRow): number =>
  gates.filter(({ gate }) =>
    checks.some((check) => check.gate === gate && check.outcome === 'successful'),
  ).length;

/** The share of the traffic that it takes, in percent; null once it takes none any more. */
export const trafficOf = (row: DeploymentRow): number | null => (isOver(row) ? null : row.traffic);
