import { millisToHrTime } from '@opentelemetry/core';
import type { Resource } from '@opentelemetry/resources';
import type { CollectionResult, MetricProducer } from '@opentelemetry/sdk-metrics';
import type { Registry } from 'prom-client';
import { metricData } from './metric-data';
import type { RegistryMetric } from './metric-data';

/**
 * The metrics of a prom-client registry as the SDK exports them: read where `/metrics` reads them, so
 * that nothing is counted twice. Counts begin with the process.
 */
export class RegistryProducer implements MetricProducer {
  private readonly begun = millisToHrTime(Math.round(performance.timeOrigin));

  constructor(
    private readonly registry: Registry,
    private readonly resource: Resource,
  ) {}

  async collect(): Promise<CollectionResult> {
    // Its types have the kind of a metric as a number, which is a word.
    const metrics = (await this.registry.getMetricsAsJSON()) as unknown as RegistryMetric[];
    const span = { begun: this.begun, now: millisToHrTime(Date.now()) };
    const scopeMetrics = [
      { scope: { name: 'flowledger' }, metrics: metrics.flatMap((one) => metricData(one, span)) },
    ];
    return { resourceMetrics: { resource: this.resource, scopeMetrics }, errors: [] };
  }
}
