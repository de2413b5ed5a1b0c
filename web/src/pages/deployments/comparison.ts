import type { Schema } from '../../api/contract';
import { duration } from '../../format/durations';
import { count, decimal, exactUsd, none, times, usd } from '../../format/numbers';
import { endTypes } from '../overview/outcomes';

export type Comparison = Schema<'DeploymentComparison'>;
export type Compared = Comparison['deployments'][number];

type Latency = Compared['executionMs'];
type Sampled = Omit<Latency, 'p50' | 'p95'>;

/** What one side has of a measure. */
export interface Measured extends Sampled {
  readonly value: number | null;
  readonly text: string;
  readonly title?: string;
}

type Counted = readonly [one: string, several: string];

/** Where one is called as several are. */
const same = (word: string): Counted => [word, word];

const calls: Counted = ['call', 'calls'];

interface Measure {
  readonly label: string;
  /** What the sample counts: one, and several. */
  readonly counts: Counted;
  readonly isMoreBetter: boolean;
  /** Types of the events that it is made of. */
  readonly types: string;
  readonly read: (side: Compared) => Measured;
}

/** A measure with what both sides have of it. */
export interface ComparedLine extends Pick<Measure, 'label' | 'counts' | 'types'> {
  readonly sides: readonly Measured[];
  /** Index of the side that is better; null where neither is, or a sample is too small to say. */
  readonly better: number | null;
}

const measured = (
  { sample, isSmallSample }: Sampled,
  value: number | null,
  text: (value: number) => string,
  title?: string,
): Measured => ({
  value,
  sample,
  isSmallSample,
  text: value === null ? none : text(value),
  ...(title === undefined ? {} : { title }),
});

const rate = (label: string, counts: Counted, types: string, isMoreBetter: boolean) => ({
  label,
  counts,
  types,
  isMoreBetter,
  percent: (of: Compared['errorRate']) =>
    measured(of, of.percent, (value) => `${decimal(value)} %`),
});

const errorRate = rate('Error rate', same('ended'), endTypes.join(','), false);
const passRate = rate('Editor gate pass rate', ['scoring', 'scorings'], 'QualityScored', true);

const latencies = (
  label: string,
  counts: Counted,
  types: string,
  of: (side: Compared) => Latency,
): Measure[] =>
  (['p50', 'p95'] as const).map((name) => ({
    label: `${label}, ${name}`,
    counts,
    types,
    isMoreBetter: false,
    read: (side) => measured(of(side), of(side)[name], duration),
  }));

const measures: readonly Measure[] = [
  { ...errorRate, read: ({ errorRate: of }) => errorRate.percent(of) },
  { ...passRate, read: ({ gatePassRate: of }) => passRate.percent(of) },
  {
    label: 'Cost per published article',
    counts: same('published'),
    isMoreBetter: false,
    types: 'ArticlePublished',
    read: ({ costPerPublished: of }) =>
      measured(
        of,
        of.costUsd,
        (value) => `${usd(value)} USD`,
        of.costNanoUsd === null ? undefined : exactUsd(of.costNanoUsd),
      ),
  },
  {
    label: 'Revisions',
    counts: same('scored'),
    types: 'QualityScored',
    isMoreBetter: false,
    read: ({ revisions: of }) =>
      measured(of, of.mean, (value) => `${value.toFixed(2)}, at most ${count(of.most ?? 0)}`),
  },
  {
    label: 'ROI multiplier',
    counts: calls,
    types: 'LlmCallRecorded',
    isMoreBetter: true,
    read: ({ multiplier: of }) => measured(of, of.value, times),
  },
  ...latencies('Execution', same('completed'), 'ExecutionCompleted', (side) => side.executionMs),
  ...latencies('Model call', calls, 'LlmCallRecorded', (side) => side.callMs),
  ...latencies(
    'Style query',
    ['query', 'queries'],
    'StyleMemoryQueried',
    (side) => side.styleQueryMs,
  ),
];

const betterOf = (sides: readonly Measured[], isMoreBetter: boolean): number | null => {
  const [one, other] = sides;
  if (one === undefined || other === undefined) return null;
  if (one.value === null || other.value === null || one.value === other.value) return null;
  if (one.isSmallSample || other.isSmallSample) return null;
  return one.value > other.value === isMoreBetter ? 0 : 1;
};

/** The measures of two deployments, line by line. */
export const comparedLines = ({ deployments }: Pick<Comparison, 'deployments'>): ComparedLine[] =>
  measures.map(({ label, counts, types, isMoreBetter, read }) => {
    const sides = deployments.map(read);
    return { label, counts, types, sides, better: betterOf(sides, isMoreBetter) };
  });

/** Every status that an execution of either has, with how many of each have it. */
export const statusCounts = ({
  deployments,
}: Pick<Comparison, 'deployments'>): { readonly status: string; readonly counts: number[] }[] => {
  const names = new Set(deployments.flatMap(({ executions }) => Object.keys(executions.byStatus)));
  return [...names].sort().map((status) => ({
    status,
    counts: deployments.map(({ executions }) => executions.byStatus[status] ?? 0),
  }));
};

/** Whether anything was recorded under either that can be measured. */
export const hasFacts = ({ deployments }: Pick<Comparison, 'deployments'>): boolean =>
  deployments.some(
    ({ executions, multiplier, gatePassRate, styleQueryMs }) =>
      executions.sample + multiplier.sample + gatePassRate.sample + styleQueryMs.sample > 0,
  );
