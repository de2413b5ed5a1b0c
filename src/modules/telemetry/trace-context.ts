import { createTraceState } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';

/** The context of a span as it is written down: the two headers of W3C Trace Context. */
export interface TraceContext {
  readonly traceparent: string;
  readonly tracestate: string;
}

const sampled = 1;
const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const nothing = /^0+$/;

/** @returns the two headers; `tracestate` is empty where there is none. */
export const writtenContext = ({
  traceId,
  spanId,
  traceFlags,
  traceState,
}: SpanContext): TraceContext => ({
  traceparent: `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`,
  tracestate: traceState?.serialize() ?? '',
});

/**
 * The context of a span elsewhere; null where the text is none. A version later than this one may say
 * more behind what is known of it.
 *
 * Source: W3C Trace Context, 3.2 Traceparent Header.
 */
export const readContext = (traceparent: string, tracestate = ''): SpanContext | null => {
  const [, version, traceId = '', spanId = '', flags = '', more] = form.exec(traceparent) ?? [];
  if (version === undefined || version === 'ff') return null;
  if (version === '00' && more !== undefined) return null;
  if (nothing.test(traceId) || nothing.test(spanId)) return null;
  return {
    traceId,
    spanId,
    isRemote: true,
    traceFlags: Number.parseInt(flags, 16) & sampled,
    ...(tracestate === '' ? {} : { traceState: createTraceState(tracestate) }),
  };
};
