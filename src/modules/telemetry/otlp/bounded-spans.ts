import { ExportResultCode } from '@opentelemetry/core';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';
import type { TraceSettings } from '../../config/telemetry-settings';
import type { SpanCounts } from '../span-counts';
import type { CollectorWatch } from './collector-watch';

type Limits = Pick<
  TraceSettings,
  'queuedSpans' | 'batchSpans' | 'delayMilliseconds' | 'timeoutMilliseconds'
>;

type Done = Parameters<SpanExporter['export']>[1];

/**
 * Sends spans in batches and keeps a bounded number of them, those on their way included. What there
 * is no room for is dropped and counted; the processor that it stands before would only drop it.
 */
export class BoundedSpans implements SpanProcessor {
  private readonly batches: BatchSpanProcessor;
  private held = 0;

  constructor(
    private readonly exporter: SpanExporter,
    private readonly counts: SpanCounts,
    private readonly watch: CollectorWatch,
    private readonly limits: Limits,
  ) {
    this.batches = new BatchSpanProcessor({
      exporter: {
        export: (spans, done) => {
          this.send(spans, done);
        },
        shutdown: () => exporter.shutdown(),
      },
      maxQueueSize: limits.queuedSpans,
      maxExportBatchSize: limits.batchSpans,
      scheduledDelayMillis: limits.delayMilliseconds,
      exportTimeoutMillis: limits.timeoutMilliseconds,
    });
  }

  onStart(): void {
    // A span is of interest once it has ended.
  }

  onEnd(span: ReadableSpan): void {
    if (this.held >= this.limits.queuedSpans) {
      this.counts.add('dropped', 1);
      return;
    }
    this.held += 1;
    this.batches.onEnd(span);
  }

  forceFlush(): Promise<void> {
    return this.batches.forceFlush();
  }

  shutdown(): Promise<void> {
    return this.batches.shutdown();
  }

  private send(spans: ReadableSpan[], done: Done): void {
    this.exporter.export(spans, (result) => {
      this.held -= spans.length;
      const isTaken = result.code === ExportResultCode.SUCCESS;
      this.counts.add(isTaken ? 'exported' : 'failed', spans.length);
      this.watch.told(result);
      done(result);
    });
  }
}
