import { SpanKind } from '@opentelemetry/api';
import type { SpanContext } from '@opentelemetry/api';
import type { Pool } from 'pg';
import { putContext } from '../kafka/message-context';
import type { OutgoingMessage } from '../kafka/topic-publisher';
import { errorType } from '../telemetry/error-type';
import { originsBetween } from '../telemetry/origins';
import type { Origins } from '../telemetry/origins';
import type { OpenSpan, Tracing } from '../telemetry/tracing';

/** A send under way. */
interface SendSpan {
  /** Ends with what comes of the send. */
  endWith(publishing: Promise<void>): void;
}

/**
 * The spans of sends to a topic. One brings the events of many commands: it is below the first that is
 * traced, linked to the others, and each message says where to go on from.
 */
export class SendSpans {
  constructor(
    private readonly tracing: Tracing,
    private readonly pool: Pool,
    private readonly topic: string,
  ) {}

  originsBetween(first: bigint, last: bigint): Promise<Origins> {
    return originsBetween(this.pool, first, last);
  }

  /** Begins the span of a send, and writes it into its messages; undefined where none is traced. */
  begin(messages: readonly OutgoingMessage[], origins: Origins): SendSpan | undefined {
    const traced = messages.flatMap((message): [OutgoingMessage, SpanContext][] => {
      const origin = origins.get(BigInt(message.headers['ce_position'] ?? 0));
      return origin === undefined ? [] : [[message, origin]];
    });
    const contexts = traced.map(([, origin]) => origin);
    const span = this.tracing.beginFor(`send ${this.topic}`, contexts, {
      kind: SpanKind.PRODUCER,
      attributes: {
        'messaging.system': 'kafka',
        'messaging.operation.type': 'send',
        'messaging.operation.name': 'send',
        'messaging.destination.name': this.topic,
        'messaging.batch.message_count': messages.length,
      },
    });
    if (span === undefined) return undefined;
    for (const [message, origin] of traced) putContext(message, origin, span.context);
    return {
      endWith: (publishing) => {
        void ended(span, publishing);
      },
    };
  }
}

const ended = async (span: OpenSpan, publishing: Promise<void>): Promise<void> => {
  try {
    await publishing;
  } catch (error) {
    span.fail(errorType(error)); // who sends is told of it as well
  }
  span.end();
};
