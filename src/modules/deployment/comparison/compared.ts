import { usdOf } from '../../../events/money';
import { errorRateOf, multiplierOf, passRateOf } from '../deployment-measures';
import type { Compared } from './comparison.schemas';

type Row = Readonly<Record<string, unknown>>;

/** What executions of a deployment came to, counted by the database. */
export interface Course {
  readonly scored: number;
  readonly revisions: number;
  readonly mostRevisions: number | null;
  readonly completed: number;
  readonly failed: number;
  readonly ended: number;
  readonly p50: number | null;
  readonly p95: number | null;
}

/** Executions that published, and what these cost. */
export interface Published {
  readonly published: number;
  readonly costNanoUsd: string;
}

/** What the read models have of one deployment; undefined where they have nothing. */
export interface Facts {
  readonly plan: Row | undefined;
  readonly roi: Row | undefined;
  readonly style: Row | undefined;
  readonly gate: Row | undefined;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly course: Course | undefined;
  readonly published: Published | undefined;
}

/** As the gates have it: a rate of fewer is inconclusive. */
const enough = 10;
/** Of fewer the 95th percentile is the slowest. */
const enoughForPercentiles = 20;

const sampled = (sample: number, needed = enough) => ({ sample, isSmallSample: sample < needed });

const noCourse: Course = {
  scored: 0,
  revisions: 0,
  mostRevisions: null,
  completed: 0,
  failed: 0,
  ended: 0,
  p50: null,
  p95: null,
};

const rate = ({
  measured,
  sample,
}: {
  readonly measured: number | null;
  readonly sample: number;
}) => ({
  percent: measured,
  ...sampled(sample),
});

const latency = (percentiles: unknown, sample: number): Compared['callMs'] => {
  const { p50 = null, p95 = null } = (percentiles ?? {}) as Partial<Compared['callMs']>;
  return { p50, p95, ...sampled(sample, enoughForPercentiles) };
};

/** To the nano-dollar, what is less is dropped. */
const costPerPublished = ({ published, costNanoUsd }: Published): Compared['costPerPublished'] => {
  const mean = published === 0 ? null : BigInt(costNanoUsd) / BigInt(published);
  return {
    costNanoUsd: mean === null ? null : String(mean),
    costUsd: mean === null ? null : usdOf(mean),
    ...sampled(published),
  };
};

/** Whether there is anything of a deployment: a plan, or a fact that was recorded under it. */
export const isKnown = ({ plan, roi, style, gate, byStatus }: Facts): boolean =>
  [plan, roi, style, gate].some((row) => row !== undefined) || Object.keys(byStatus).length > 0;

/** One side of a comparison. */
export const comparedOf = (deploymentId: string, facts: Facts): Compared => {
  const { plan, roi, style, gate, byStatus, course = noCourse } = facts;
  const { scored, revisions, mostRevisions, completed } = course;
  const calls = Number(roi?.['calls'] ?? 0);
  const { measured: multiplier } = multiplierOf(roi);
  const costNanoUsd = (roi?.['costNanoUsd'] ?? '0') as string;
  return {
    deploymentId,
    version: (plan?.['version'] ?? null) as string | null,
    status: (plan?.['status'] ?? null) as string | null,
    executions: {
      sample: Object.values(byStatus).reduce((sum, count) => sum + count, 0),
      byStatus: { ...byStatus },
    },
    errorRate: rate(errorRateOf(course)),
    gatePassRate: rate(passRateOf(gate)),
    costPerPublished: costPerPublished(facts.published ?? { published: 0, costNanoUsd: '0' }),
    revisions: {
      mean: scored === 0 ? null : Math.round((100 * revisions) / scored) / 100,
      most: mostRevisions,
      ...sampled(scored),
    },
    multiplier: {
      value: multiplier,
      costNanoUsd,
      costUsd: usdOf(BigInt(costNanoUsd)),
      ...sampled(calls),
    },
    executionMs: latency(course, completed),
    callMs: latency(roi?.['durationMs'], calls),
    styleQueryMs: latency(style?.['latencyMs'], Number(style?.['queries'] ?? 0)),
  };
};
