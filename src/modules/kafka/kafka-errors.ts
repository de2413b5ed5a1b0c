import { KafkaJSError } from 'kafkajs';

/** Kafka's name of the error that a request was answered with, below what kafkajs wrapped it in. */
export const typeOf = (error: unknown): string | undefined => {
  if (!(error instanceof KafkaJSError)) return undefined;
  return (error as { type?: string }).type ?? typeOf((error as { cause?: unknown }).cause);
};
