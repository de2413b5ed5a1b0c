import { DataPointType } from '@opentelemetry/sdk-metrics';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { metricData } from './metric-data';
import type { RegistryMetric } from './metric-data';

const extent = { begun: [1, 0], now: [2, 0] } satisfies Parameters<typeof metricData>[1];
let registry: Registry;

beforeEach(() => {
  registry = new Registry();
});

const pushed = async () =>
  ((await registry.getMetricsAsJSON()) as unknown as RegistryMetric[]).flatMap((one) =>
    metricData(one, extent),
  );

describe('a metric of the registry', () => {
  it('is a sum that only grows, where it counts', async () => {
    const registers = [registry];
    const counter = new Counter({ name: 'c_total', help: 'Some', labelNames: ['of'], registers });
    counter.inc({ of: 'these' }, 3);
    counter.inc({ of: 'those' }, 4);
    expect(await pushed()).toEqual([
      expect.objectContaining({
        descriptor: expect.objectContaining({ name: 'c_total', description: 'Some', unit: '' }),
        dataPointType: DataPointType.SUM,
        isMonotonic: true,
        dataPoints: [
          { startTime: [1, 0], endTime: [2, 0], attributes: { of: 'these' }, value: 3 },
          { startTime: [1, 0], endTime: [2, 0], attributes: { of: 'those' }, value: 4 },
        ],
      }),
    ]);
  });

  it('is a gauge with its unit, where it stands', async () => {
    new Gauge({ name: 'lag_seconds', help: 'Lag', registers: [registry] }).set(1.5);
    expect(await pushed()).toEqual([
      expect.objectContaining({
        descriptor: expect.objectContaining({ unit: 's' }),
        dataPointType: DataPointType.GAUGE,
        dataPoints: [expect.objectContaining({ value: 1.5 })],
      }),
    ]);
  });

  it('is a histogram whose buckets hold each observation once, for each set of labels', async () => {
    const histogram = new Histogram({
      name: 'h',
      help: 'H',
      labelNames: ['route'],
      buckets: [1, 2, 4],
      registers: [registry],
    });
    for (const value of [0.5, 1.5, 1.6, 9]) histogram.observe({ route: 'one' }, value);
    histogram.observe({ route: 'other' }, 3);
    const [metric] = await pushed();
    expect(metric?.dataPoints).toMatchObject([
      {
        attributes: { route: 'one' },
        value: {
          buckets: { boundaries: [1, 2, 4], counts: [1, 2, 0, 1] },
          sum: 12.6,
          count: 4,
        },
      },
      {
        attributes: { route: 'other' },
        value: { buckets: { boundaries: [1, 2, 4], counts: [0, 0, 1, 0] }, sum: 3, count: 1 },
      },
    ]);
  });

  it('is left out while it has no samples', async () => {
    new Counter({ name: 'c_total', help: 'C', labelNames: ['of'], registers: [registry] });
    expect(await pushed()).toEqual([]);
  });
});
