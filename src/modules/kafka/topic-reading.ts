import { randomUUID } from 'node:crypto';
import type { Admin } from 'kafkajs';
import type { KafkaSettings } from '../config/settings';
import { kafkaClient } from './kafka-client';
import { administer } from './topic-admin';
import { consumeTopic } from './topic-consumer';
import type { ConsumedBatch } from './topic-consumer';

/** Part of a partition: the offsets from `from` on, before `to`. */
interface Extent {
  readonly partition: number;
  readonly from: bigint;
  readonly to: bigint;
}

/** No message for so long, where there are some: the brokers do not give them. */
const silenceMilliseconds = 60_000;
const lookMilliseconds = 1_000;
/** The times in messages are those of whoever sent them, whose clock may differ. */
const clockMilliseconds = 600_000;

const extentsOf = async (
  admin: Admin,
  topic: string,
  since: number | null,
): Promise<readonly Extent[]> => {
  const ends = await admin.fetchTopicOffsets(topic);
  const starts =
    since === null
      ? []
      : await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, since - clockMilliseconds));
  return ends.map(({ partition, low, high }) => {
    const start = starts.find((one) => one.partition === partition)?.offset;
    const from = start === undefined ? BigInt(low) : BigInt(start);
    return { partition, from: from < 0n ? BigInt(high) : from, to: BigInt(high) };
  });
};

/**
 * Reads what is on the topic at the start of the call, once, as a group that is gone afterwards;
 * `handle` gets nothing that came later, each partition in order, several partitions at a time.
 *
 * @param since milliseconds since 1970: no message that was sent then or later is left out; null for all.
 * @param begin is told how many messages there are at most.
 * @throws Error when the topic cannot be read, or `signal` is aborted.
 */
export const readTopic = async (
  settings: KafkaSettings,
  since: number | null,
  begin: (messages: number) => void,
  handle: (partition: number, messages: ConsumedBatch['messages']) => Promise<void>,
  signal: AbortSignal,
): Promise<void> => {
  const kafka = kafkaClient(settings);
  const { topic } = settings;
  const group = `${settings.group}.proof-${randomUUID()}`;
  const left = new Map<number, bigint>();
  await administer(kafka, async (admin) => {
    const extents = await extentsOf(admin, topic, since);
    for (const { partition, from, to } of extents) if (from < to) left.set(partition, to);
    begin(Number(extents.reduce((sum, { from, to }) => sum + (to - from), 0n)));
    const partitions = extents.map(({ partition, from }) => ({ partition, offset: String(from) }));
    // A group that is nowhere begins at the beginning; to tell it otherwise takes kafkajs five seconds.
    if (since !== null && left.size > 0) {
      await admin.setOffsets({ groupId: group, topic, partitions });
    }
  });
  if (left.size === 0) return;

  const over = new AbortController();
  let heard = performance.now();
  let failure: unknown = null;
  const watch = setInterval(() => {
    if (performance.now() - heard < silenceMilliseconds) return;
    failure = new Error(`partitions ${[...left.keys()].join(', ')} give no messages`);
    over.abort();
  }, lookMilliseconds);
  const take = async (batch: ConsumedBatch): Promise<void> => {
    const { partition, messages } = batch;
    const end = left.get(partition);
    if (end === undefined) return;
    heard = performance.now();
    const last = messages.at(-1);
    const own = messages.filter(({ offset }) => BigInt(offset) < end);
    try {
      await handle(partition, own);
    } catch (error) {
      failure = error;
      over.abort();
      return;
    }
    if (last === undefined) return;
    batch.resolve(last);
    await batch.heartbeat();
    if (BigInt(last.offset) + 1n >= end) left.delete(partition);
    if (left.size === 0) over.abort();
  };
  try {
    const subscription = { topic, group, concurrency: 2 };
    await consumeTopic(kafka, subscription, take, AbortSignal.any([signal, over.signal]));
  } finally {
    clearInterval(watch);
    await administer(kafka, (admin) => admin.deleteGroups([group])).catch(() => undefined);
  }
  signal.throwIfAborted();
  if (failure !== null) throw failure as Error;
};
