import type { Row } from '../../api/contract';
import { none, significant } from '../../format/numbers';
import { endTypes } from '../overview/outcomes';

export type AlertRow = Row<'alerts'>;

interface Measure {
  readonly title: string;
  readonly unit: '%' | '×' | 'ms';
  /** What a sample is: one, and several. */
  readonly samples: readonly [one: string, several: string];
  /** The types of the events that it is counted from. */
  readonly types: readonly string[];
}

const measures: Readonly<Record<string, Measure>> = {
  'editor-gate-pass-rate': {
    title: 'Scorings that may be published',
    unit: '%',
    samples: ['scoring', 'scorings'],
    types: ['QualityScored'],
  },
  'roi-multiplier': {
    title: 'Human cost by model cost',
    unit: '×',
    samples: ['model call', 'model calls'],
    types: ['LlmCallRecorded', 'BenefitEarned'],
  },
  'error-rate': {
    title: 'Executions that failed or timed out',
    unit: '%',
    samples: ['ended execution', 'ended executions'],
    types: endTypes,
  },
  'style-query-p95': {
    title: 'Style query, 95th percentile',
    unit: 'ms',
    samples: ['query', 'queries'],
    types: ['StyleMemoryQueried'],
  },
  'execution-slowdown': {
    title: 'Executions slower than before',
    unit: '%',
    samples: ['completed execution', 'completed executions'],
    types: ['ExecutionCompleted'],
  },
};

/** What a measure is called, and counted from; one that this page does not know goes by its name. */
export const measureOf = (
  name: string,
): Omit<Measure, 'unit'> & { readonly unit: string | undefined } =>
  measures[name] ?? { title: name, unit: undefined, samples: ['sample', 'samples'], types: [] };

/** 61 %, 0.98×, 700 ms: with as many digits as tell it apart from a threshold. */
export const inUnits = (measure: string, value: number | null): string => {
  if (value === null) return none;
  const { unit } = measureOf(measure);
  if (unit === undefined) return significant(value);
  return unit === '×' ? `${significant(value)}×` : `${significant(value)} ${unit}`;
};

export const toneOfSeverity = (severity: string): 'bad' | 'warn' =>
  severity === 'critical' ? 'bad' : 'warn';

export const streamOf = (alert: string): string => `alert-${alert}`;
