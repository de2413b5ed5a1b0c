import type { Row } from '../../api/contract';

export type DeploymentRow = Row<'deployments'>;
export type ChecklistLine = DeploymentRow['checklist'][number];
export type Phase = ChecklistLine['phase'];
export type SignOff = DeploymentRow['signOffs'][number];
export type Gate = DeploymentRow['gates'][number];
export type Check = DeploymentRow['checks'][number];
export type Lack = DeploymentRow['missing'][number];

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
