import { SpanKind } from '@opentelemetry/api';
import type { Pool } from 'pg';
import type { RecordedEvent } from '../../events';
import { putSending } from '../kafka/message-context';
import type { OutgoingMessage, TopicPublisher } from '../kafka/topic-publisher';
import { errorType } from '../telemetry/error-type';
import { originsBetween } from '../telemetry/origins';
import type { OpenSpan, Tracing } from '../telemetry/tracing';

/**
 * The spans of replays. What is sent once more is no part of the traces that it was recorded in: a replay
 * is a trace of its own, which leads to the command that started it.
 */
export class ReplaySpans {
  constructor(
    private readonly tracing: Tracing,
    private readonly pool: Pool,
  ) {}

  /** Of a replay from here to where it rests or ends; undefined where it is not sampled. */
  async begin({ position, data }: RecordedEvent<'ReplayStarted'>): Promise<OpenSpan | undefined> {
    const context = (await originsBetween(this.pool, position, position)).get(position);
    return this.tracing.begin(`replay ${data.topic}`, null, {
      attributes: { 'messaging.destination.name': data.topic },
      links: context === undefined ? [] : [{ context }],
    });
  }
}

/** Publishes messages within a span of their own, which they say to go on from. */
export const publishWithin = async (
  replay: OpenSpan | undefined,
  publisher: Pick<TopicPublisher, 'publish'>,
  messages: OutgoingMessage[],
): Promise<void> => {
  const span = replay?.begin('send', {
    kind: SpanKind.PRODUCER,
    attributes: {
      'messaging.system': 'kafka',
      'messaging.operation.type': 'send',
      'messaging.operation.name': 'send',
      'messaging.batch.message_count': messages.length,
    },
  });
  if (span === undefined) return publisher.publish(messages);
  for (const message of messages) putSending(message, span.context);
  try {
    await publisher.publish(messages);
  } catch (error) {
    span.fail(errorType(error));
    throw error;
  } finally {
    span.end();
  }
};
