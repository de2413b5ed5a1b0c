import { ExportResultCode } from '@opentelemetry/core';
import type { ExportResult } from '@opentelemetry/core';
import type { Logger } from 'pino';
import type { SpanCounts } from '../span-counts';

/** Says once that the collector is away, and once that it is back, whichever thread sees it first. */
export class CollectorWatch {
  constructor(
    private readonly logger: Logger,
    private readonly counts: SpanCounts,
  ) {}

  told({ code, error }: ExportResult): void {
    const isAway = code !== ExportResultCode.SUCCESS;
    if (!this.counts.turned(isAway)) return;
    const context = 'telemetry';
    if (isAway) {
      const reason = error?.message ?? 'it gave no reason';
      this.logger.warn({ context }, `the collector takes no spans for now: ${reason}`);
    } else {
      this.logger.info({ context }, 'the collector takes spans again');
    }
  }
}
