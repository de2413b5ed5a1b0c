import { KafkaJSError } from 'kafkajs';

/** Kafka's name of the error that a request was answered with, below what kafkajs wrapped it in. */
export const typeOf = (error: unknown): string | undefined => {
  if (!(error instanceof KafkaJSError)) return undefined;
  return (error as { type?: string }).type ?? typeOf((error as { cause?: unknown }).cause);
};

/** Whether brokers did not answer at all, or could not be asked. */
export const isUnanswered = (error: unknown): boolean =>
  error instanceof KafkaJSError && typeOf(error) === undefined;
