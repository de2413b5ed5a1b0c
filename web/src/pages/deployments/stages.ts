import { spoken } from '../../format/names';
import type { DeploymentRow } from './deployment';

type Standing = Pick<DeploymentRow, 'status' | 'traffic' | 'liveAt'>;

/** What a deployment goes through, up to being live. */
const road = ['draft', 'validating', 'awaiting sign off', 'go', 'staging', '50 %', '100 %', 'live'];

const behindLive = ['superseded', 'rolling_back', 'rolled_back', 'rollback_failed'];

const placeOf = ({ status, traffic }: Standing): number => {
  if (status === 'analysing' || status === 'promoting') return road.indexOf(`${String(traffic)} %`);
  if (status === 'no_go') return road.indexOf('go');
  return road.indexOf(spoken(status));
};

export interface Stages {
  readonly steps: readonly string[];
  readonly at: number;
  readonly isStuck: boolean;
}

/** The states of a deployment as a line, and where on it the deployment is. */
export const stagesOf = (standing: Standing): Stages => {
  const { status, traffic, liveAt } = standing;
  if (status === 'no_go') {
    const steps = road.map((name) => (name === 'go' ? 'no go' : name));
    return { steps, at: placeOf(standing), isStuck: true };
  }
  if (status === 'aborted') {
    const reached = traffic === 0 ? [] : road.slice(0, road.indexOf(`${String(traffic)} %`) + 1);
    return { steps: [...reached, 'aborted'], at: reached.length, isStuck: true };
  }
  if (behindLive.includes(status) || liveAt !== null) {
    const steps = status === 'live' ? road : [...road, spoken(status)];
    const isDone = status === 'live';
    return {
      steps,
      at: isDone ? steps.length : steps.length - 1,
      isStuck: status === 'rollback_failed',
    };
  }
  return { steps: road, at: placeOf(standing), isStuck: false };
};
