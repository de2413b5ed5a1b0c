import type { Logger } from 'pino';
import type { TelemetrySettings } from '../config/telemetry-settings';
import type { Telemetry } from './otlp/telemetry';
import { SpanCounts } from './span-counts';

export type { Telemetry } from './otlp/telemetry';

/**
 * What sends spans and metrics of this thread to a collector. The packages that do are loaded here and
 * now, so that a process which is not asked to has none of them in memory.
 *
 * @param counts of another thread of this process, so that all are counted together.
 */
export const openTelemetry = async (
  settings: TelemetrySettings | null,
  logger: Logger,
  counts = new SpanCounts(),
): Promise<Telemetry | null> => {
  if (settings === null) return null;
  const { Telemetry: Opened } = await import('./otlp/telemetry.js');
  return Opened.open(settings, logger, counts);
};
