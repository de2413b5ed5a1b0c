import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { Resource } from '@opentelemetry/resources';
import type { Registry } from 'prom-client';
import type { MetricPushSettings } from '../../config/telemetry-settings';
import { RegistryProducer } from './registry-producer';

/** Pushes what `/metrics` would answer, at intervals. Gives the function that pushes once more and ends it. */
export const pushMetrics = (
  registry: Registry,
  exporter: PushMetricExporter,
  resource: Resource,
  { intervalMilliseconds, timeoutMilliseconds }: MetricPushSettings,
): (() => Promise<void>) => {
  const reader = new PeriodicExportingMetricReader({
    exporter,
    exportIntervalMillis: intervalMilliseconds,
    exportTimeoutMillis: timeoutMilliseconds,
    metricProducers: [new RegistryProducer(registry, resource)],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return () => provider.shutdown();
};
