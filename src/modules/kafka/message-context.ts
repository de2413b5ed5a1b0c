import type { SpanContext } from '@opentelemetry/api';
import { readContext, writtenContext } from '../telemetry/trace-context';
import type { KafkaMessage } from './event-message';
import type { OutgoingMessage } from './topic-publisher';

type Headers = Record<string, string>;

const put = (headers: Headers, prefix: '' | 'ce_', context: SpanContext): void => {
  const { traceparent, tracestate } = writtenContext(context);
  headers[`${prefix}traceparent`] = traceparent;
  if (tracestate !== '') headers[`${prefix}tracestate`] = tracestate;
};

/**
 * Writes into a message under which span its event was recorded (`ce_traceparent`: whoever brings the
 * event on leaves it) and by which it is sent (`traceparent`: that of the last hop). A send has the events
 * of several traces: where it is in another one, an event is followed from its own span.
 *
 * Sources: CloudEvents, Distributed Tracing extension; OpenTelemetry, semantic conventions for messaging.
 */
export const putContext = (
  { headers }: OutgoingMessage,
  origin: SpanContext,
  sending: SpanContext,
): void => {
  put(headers, 'ce_', origin);
  put(headers, '', sending.traceId === origin.traceId ? sending : origin);
};

/** Writes into a message by which span it is sent, where it goes on from nowhere else. */
export const putSending = ({ headers }: OutgoingMessage, sending: SpanContext): void => {
  put(headers, '', sending);
};

/** The span that a message is to be followed from, where it is sampled; null where there is none. */
export const contextOf = ({ headers = {} }: KafkaMessage): SpanContext | null => {
  const context = readContext(
    headers['traceparent']?.toString() ?? '',
    headers['tracestate']?.toString(),
  );
  return context === null || context.traceFlags === 0 ? null : context;
};
