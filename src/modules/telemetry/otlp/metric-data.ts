import { ValueType } from '@opentelemetry/api';
import type { HrTime } from '@opentelemetry/api';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { DataPoint, Histogram, MetricData } from '@opentelemetry/sdk-metrics';

type Labels = Readonly<Record<string, string | number>>;

interface Sample {
  readonly value: number;
  readonly labels: Labels;
  /** Of a histogram: which of its series the sample is of. */
  readonly metricName?: string;
}

/** A metric as prom-client's `getMetricsAsJSON` gives it. */
export interface RegistryMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly Sample[];
}

/** The time that counts are of. */
interface Extent {
  readonly begun: HrTime;
  readonly now: HrTime;
}

const temporality = AggregationTemporality.CUMULATIVE;

/** Units by the endings that Prometheus's conventions ask for. */
const unitOf = (name: string): string => {
  if (/_seconds(_total)?$/.test(name)) return 's';
  return /_bytes(_total)?$/.test(name) ? 'By' : '';
};

const pointsOf = <T>(
  extent: Extent,
  values: readonly { readonly labels: Labels; readonly value: T }[],
): DataPoint<T>[] =>
  values.map(({ labels, value }) => ({
    startTime: extent.begun,
    endTime: extent.now,
    attributes: { ...labels },
    value,
  }));

/** What several samples of one set of labels say together. */
interface Series {
  readonly labels: Labels;
  /** By upper bound, each with what is in those below it. */
  readonly upTo: [number, number][];
  sum: number;
  count: number;
}

const boundOf = (label: string | number | undefined): number =>
  label === '+Inf' ? Infinity : Number(label);

const seriesOf = ({ name, values }: RegistryMetric): Series[] => {
  const found = new Map<string, Series>();
  for (const { labels, value, metricName } of values) {
    const { le, ...own } = labels;
    const key = JSON.stringify(
      Object.entries(own).sort(([one], [other]) => (one < other ? -1 : 1)),
    );
    const series = found.get(key) ?? { labels: own, upTo: [], sum: 0, count: 0 };
    found.set(key, series);
    if (metricName === `${name}_sum`) series.sum = value;
    else if (metricName === `${name}_count`) series.count = value;
    else series.upTo.push([boundOf(le), value]);
  }
  return [...found.values()];
};

/** A histogram holds each observation in one bucket; Prometheus counts it in all that are above it as well. */
const histogramOf = ({ upTo, sum, count }: Series): Histogram => {
  const ordered = upTo.toSorted(([one], [other]) => one - other);
  const counts = ordered.map(([, value], index) => value - (ordered[index - 1]?.[1] ?? 0));
  const boundaries = ordered.map(([bound]) => bound).filter(Number.isFinite);
  return { buckets: { boundaries, counts }, sum, count };
};

/** A metric of the registry as OTLP has it, under the same name; nothing of one without samples. */
export const metricData = (metric: RegistryMetric, extent: Extent): MetricData[] => {
  const { name, help, type, values } = metric;
  if (values.length === 0) return [];
  const descriptor = { name, description: help, unit: unitOf(name), valueType: ValueType.DOUBLE };
  const common = { descriptor, aggregationTemporality: temporality };
  switch (type) {
    case 'counter':
      return [
        {
          ...common,
          dataPointType: DataPointType.SUM,
          isMonotonic: true,
          dataPoints: pointsOf(extent, values),
        },
      ];
    case 'gauge':
      return [
        { ...common, dataPointType: DataPointType.GAUGE, dataPoints: pointsOf(extent, values) },
      ];
    case 'histogram': {
      const series = seriesOf(metric).map((one) => ({
        labels: one.labels,
        value: histogramOf(one),
      }));
      return [
        { ...common, dataPointType: DataPointType.HISTOGRAM, dataPoints: pointsOf(extent, series) },
      ];
    }
    default: // a summary, of which Flowledger has none and OTLP only the remains
      return [];
  }
};
