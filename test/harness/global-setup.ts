/*
 * Run by Jest once before the suites below test/: starts the PostgreSQL and the Kafka broker that
 * they share, side by side. FLOWLEDGER_TEST_KAFKA_SKIP=<reason> in the environment leaves Kafka out,
 * for a quick run of suites that do not need it.
 */
import { acquireSharedBroker } from './kafka-broker';
import { useMemoryForTemporaryFiles } from './memory-folder';
import { acquirePostgres } from './postgres';

const kafkaUnlessSkipped = async (): Promise<void> => {
  if (process.env['FLOWLEDGER_TEST_KAFKA_SKIP'] === undefined) await acquireSharedBroker();
};

export default async (): Promise<void> => {
  useMemoryForTemporaryFiles();
  await Promise.all([acquirePostgres(), kafkaUnlessSkipped()]);
};
