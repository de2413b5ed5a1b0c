import { refuse } from '../decider';
import type { Refusal } from '../decider';

export type TargetRefusal = 'kafka-not-configured' | 'replay-to-live-topic';

/** What a replay knows besides its own stream. */
export interface ReplayContext {
  /** The topic that the relay publishes to; null where there are no brokers. */
  readonly liveTopic: string | null;
}

/** What stands against a replay to a topic, if anything does. */
export const targetRefusal = (
  topic: string,
  { liveTopic }: ReplayContext,
): Refusal<TargetRefusal> | null => {
  if (liveTopic === null) {
    return refuse(
      'kafka-not-configured',
      'there is no Kafka to replay to: KAFKA_BROKERS is not set',
    );
  }
  if (topic !== liveTopic) return null;
  const detail = `${topic} is the topic that events are published to; name another one`;
  return refuse('replay-to-live-topic', detail);
};
