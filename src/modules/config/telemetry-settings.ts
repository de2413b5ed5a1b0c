import { z } from 'zod';
import { count, milliseconds, numeric } from './numbers';

const names = z.string().transform((text) => text.split(',').map((name) => name.trim()));
const endpoint = z.url({ protocol: /^https?$/ }).optional();
const protocol = z.enum(['http/protobuf', 'http/json']);

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

/** The standard variables that Flowledger acts on; the exporters read theirs (headers, certificates) themselves. */
const environment = z.object({
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none']).optional(),
  OTEL_METRICS_EXPORTER: names.pipe(z.array(z.enum(['otlp', 'prometheus', 'none']))).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: endpoint,
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.optional(),
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: protocol.optional(),
  OTEL_TRACES_SAMPLER: z.enum(samplers).default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: numeric(z.number().min(0).max(1)).default(1),
  OTEL_PROPAGATORS: names
    .pipe(z.array(z.enum(['tracecontext', 'baggage', 'none'])))
    .default(['tracecontext', 'baggage']),
  OTEL_BSP_MAX_QUEUE_SIZE: count(2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: count(512),
  OTEL_BSP_SCHEDULE_DELAY: milliseconds(5_000),
  OTEL_BSP_EXPORT_TIMEOUT: milliseconds(30_000),
  OTEL_METRIC_EXPORT_INTERVAL: milliseconds(60_000),
  OTEL_METRIC_EXPORT_TIMEOUT: milliseconds(30_000),
});

export type OtlpProtocol = z.output<typeof protocol>;

export interface TraceSettings {
  readonly protocol: OtlpProtocol;
  readonly sampler: (typeof samplers)[number];
  /** The share of traces that a sampler by ratio takes, 0 to 1. */
  readonly ratio: number;
  /** Whether the trace of a caller is gone on with, by `traceparent`. */
  readonly continues: boolean;
  /** Spans that wait for the collector at most, those on their way included. */
  readonly queuedSpans: number;
  readonly batchSpans: number;
  readonly delayMilliseconds: number;
  readonly timeoutMilliseconds: number;
}

export interface MetricPushSettings {
  readonly protocol: OtlpProtocol;
  readonly intervalMilliseconds: number;
  readonly timeoutMilliseconds: number;
}

/** What is sent to an OpenTelemetry collector; null where it is not. */
export interface TelemetrySettings {
  readonly traces: TraceSettings | null;
  readonly metrics: MetricPushSettings | null;
}

type Env = Readonly<Record<string, string | undefined>>;

/** An endpoint is enough to send to it; an exporter that is named decides. */
const asks = (env: Env, signal: 'TRACES' | 'METRICS'): boolean => {
  const exporter = env[`OTEL_${signal}_EXPORTER`];
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  if (exporter === undefined) return endpoints.some((name) => env[name] !== undefined);
  return !['none', 'prometheus'].includes(exporter);
};

const tracesOf = (env: z.output<typeof environment>): TraceSettings => ({
  protocol: env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL,
  sampler: env.OTEL_TRACES_SAMPLER,
  ratio: env.OTEL_TRACES_SAMPLER_ARG,
  continues: env.OTEL_PROPAGATORS.includes('tracecontext'),
  queuedSpans: env.OTEL_BSP_MAX_QUEUE_SIZE,
  batchSpans: Math.min(env.OTEL_BSP_MAX_EXPORT_BATCH_SIZE, env.OTEL_BSP_MAX_QUEUE_SIZE),
  delayMilliseconds: env.OTEL_BSP_SCHEDULE_DELAY,
  timeoutMilliseconds: env.OTEL_BSP_EXPORT_TIMEOUT,
});

const metricsOf = (env: z.output<typeof environment>): MetricPushSettings => ({
  protocol: env.OTEL_EXPORTER_OTLP_METRICS_PROTOCOL ?? env.OTEL_EXPORTER_OTLP_PROTOCOL,
  intervalMilliseconds: env.OTEL_METRIC_EXPORT_INTERVAL,
  timeoutMilliseconds: Math.min(env.OTEL_METRIC_EXPORT_TIMEOUT, env.OTEL_METRIC_EXPORT_INTERVAL),
});

/**
 * What the standard variables of OpenTelemetry ask for, and what is wrong with them. Where they ask
 * for nothing they are not looked at: they may be there for other programs.
 */
export const readTelemetry = (
  env: Env,
): { readonly settings: TelemetrySettings | null; readonly faults: readonly string[] } => {
  const isDisabled = env['OTEL_SDK_DISABLED']?.toLowerCase() === 'true';
  const traces = !isDisabled && asks(env, 'TRACES');
  const metrics = !isDisabled && asks(env, 'METRICS');
  if (!traces && !metrics) return { settings: null, faults: [] };
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    const { issues } = parsed.error;
    return {
      settings: null,
      faults: issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    };
  }
  const values = parsed.data;
  const pushes = metrics && values.OTEL_METRICS_EXPORTER?.includes('otlp') !== false;
  return {
    settings: {
      traces: traces ? tracesOf(values) : null,
      metrics: pushes ? metricsOf(values) : null,
    },
    faults: [],
  };
};
