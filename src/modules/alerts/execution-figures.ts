import type { Measure } from '../../commands/deployment/measures';
import { rounded } from '../deployment/deployment-measures';
import type { LiveDeployment } from '../deployment/live-deployments';

/** How long the last thousand completed executions of deployment $1 took, in the middle; since $2, ever for null. */
export const medianSql = `
select count(*)::integer as executions,
  percentile_cont(0.5) within group (order by extract(epoch from ended_at - started_at))::float8 as seconds
from (
  select started_at, ended_at from read.execution_status
  where deployment_id = $1 and status = 'completed' and ($2::timestamptz is null or ended_at >= $2)
  order by ended_at desc limit 1000
) recent`;

export interface Median {
  readonly executions: number;
  readonly seconds: number | null;
}

const told = (deployment: string, { executions, seconds }: Median): string =>
  `${String(seconds === null ? 'none' : Math.round(seconds * 1_000) / 1_000)} s of ${String(executions)} under ${deployment}`;

/** By how many percent executions take longer than under the deployment before, by the median. */
export const slowdownOf = (
  own: Median | undefined,
  former: Median | undefined,
  { deploymentId, predecessor }: LiveDeployment,
): Omit<Measure, 'gate'> => {
  if (predecessor === null || own === undefined || former === undefined) {
    return { measured: null, sample: 0, evidence: `${deploymentId} has no predecessor` };
  }
  const isKnown = own.seconds !== null && former.seconds !== null && former.seconds > 0;
  const ratio = isKnown ? own.seconds / former.seconds : null;
  return {
    measured: ratio === null ? null : rounded((ratio - 1) * 100),
    sample: Math.min(own.executions, former.executions),
    evidence: `completed executions took, in the middle, ${told(deploymentId, own)}, ${told(predecessor, former)}`,
  };
};
