import { Kafka, logLevel } from 'kafkajs';
import { eventually } from './eventually';
import type { NodeAddress } from './settings';

/**
 * Waits until each of these nodes answers what a client needs: it serves, is a member of its
 * cluster, is in sync on everything it holds, a group finds its coordinator, an idempotent producer
 * gets its id. A broker listens seconds before that, and refuses with "coordinator is loading".
 * @throws when that takes longer than `within` milliseconds, with the last refusal as its cause
 */
export async function awaitNodes(
  nodes: readonly Pick<NodeAddress, 'id' | 'port'>[],
  options: { within: number; signal: AbortSignal },
): Promise<void> {
  for (const { id, port } of nodes) {
    // Asked in person: for seconds, the others go on listing a node that was killed.
    const kafka = new Kafka({
      clientId: 'flowledger-readiness',
      brokers: [`127.0.0.1:${port}`],
      logLevel: logLevel.NOTHING,
      connectionTimeout: 1000,
      requestTimeout: 5000,
      // Every round has a fresh client: retrying inside one would repeat what it knew before.
      retry: { retries: 1, initialRetryTime: 50, maxRetryTime: 50 },
    });
    const ready = async () => (await isInSync(kafka, id)) && (await givesProducerIds(kafka));
    await eventually(`Kafka broker ${id} answering`, ready, { every: 100, ...options });
  }
}

async function isInSync(kafka: Kafka, id: number): Promise<boolean> {
  const admin = kafka.admin();
  try {
    await admin.connect();
    const { brokers } = await admin.describeCluster();
    if (!brokers.some(({ nodeId }) => nodeId === id)) return false;
    await admin.fetchOffsets({ groupId: 'flowledger-readiness' });
    const { topics } = await admin.fetchTopicMetadata();
    return topics
      .flatMap(({ partitions }) => partitions)
      .every(({ replicas, isr }) => !replicas.includes(id) || isr.includes(id));
  } finally {
    await admin.disconnect();
  }
}

async function givesProducerIds(kafka: Kafka): Promise<boolean> {
  const producer = kafka.producer({ idempotent: true });
  try {
    await producer.connect();
    return true;
  } finally {
    await producer.disconnect();
  }
}
