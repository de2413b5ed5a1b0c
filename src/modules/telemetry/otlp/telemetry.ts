import { TracerProvider } from '@opentelemetry/sdk-trace';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type {
  MetricPushSettings,
  TelemetrySettings,
  TraceSettings,
} from '../../config/telemetry-settings';
import { withinMilliseconds } from '../../pacing/patience';
import type { SpanCounts } from '../span-counts';
import { Tracing } from '../tracing';
import { BoundedSpans } from './bounded-spans';
import { CollectorWatch } from './collector-watch';
import { metricExporter, spanExporter } from './exporters';
import { pushMetrics } from './metric-push';
import { processResource } from './resource';
import { samplerOf } from './sampler';

/** For what is still to be sent when the process ends. */
const lastWordMilliseconds = 3_000;

type Close = () => Promise<void>;

/** The part of OpenTelemetry's SDK that this thread uses. */
export class Telemetry {
  private readonly closing: Close[] = [];

  private constructor(
    readonly tracing: Tracing | null,
    readonly counts: SpanCounts,
    private readonly metrics: MetricPushSettings | null,
  ) {}

  static open(settings: TelemetrySettings, logger: Logger, counts: SpanCounts): Telemetry {
    const { traces, metrics } = settings;
    if (traces === null) return new Telemetry(null, counts, metrics);
    const provider = tracerProvider(traces, new CollectorWatch(logger, counts), counts);
    const tracing = new Tracing(provider.getTracer('flowledger'), traces.continues);
    const telemetry = new Telemetry(tracing, counts, metrics);
    telemetry.closing.push(() => provider.shutdown());
    return telemetry;
  }

  /** Sends what the registry holds from time to time, where that is asked for. */
  push(registry: Registry): void {
    if (this.metrics === null) return;
    const exporter = metricExporter(this.metrics.protocol);
    this.closing.push(pushMetrics(registry, exporter, processResource(), this.metrics));
  }

  /** Sends what there is to send, for a bounded time; what is not taken by then is lost. */
  async close(): Promise<void> {
    const closed = this.closing.map((close) => withinMilliseconds(lastWordMilliseconds, close()));
    await Promise.allSettled(closed);
  }
}

const tracerProvider = (
  settings: TraceSettings,
  watch: CollectorWatch,
  counts: SpanCounts,
): TracerProvider => {
  const exporter = spanExporter(settings.protocol);
  return new TracerProvider({
    resource: processResource(),
    sampler: samplerOf(settings),
    spanProcessors: [new BoundedSpans(exporter, counts, watch, settings)],
  });
};
