import type { KafkaSettings } from '../config/settings';
import type { NewTopic, TopicDescription } from './topic-admin';
import type { ForeignEvent } from './topic-ends';

/** An event is at most a request's body of 1 MiB; the brokers' default is too small with its headers. */
const maxMessageBytes = 2_097_152;

/** What the topic has to be, or messages would be lost or land in another partition. */
const required = {
  'cleanup.policy': 'delete',
  'retention.ms': '-1',
  'retention.bytes': '-1',
} as const;

const why: Readonly<Record<keyof typeof required, string>> = {
  'cleanup.policy': 'every event is kept, not only the last of a stream',
  'retention.ms': 'no event ever expires',
  'retention.bytes': 'no event ever gives way to a newer one',
};

/** The topic to make, in a cluster that has `brokers` brokers now. */
export const newTopic = (
  { partitions, replication: asked, brokers: listed }: KafkaSettings,
  brokers: number,
): NewTopic => {
  // Brokers of the list that are not up yet count as well: better made later than with one copy.
  const replication = asked ?? Math.min(3, Math.max(brokers, listed.length));
  return {
    partitions,
    replication,
    settings: {
      ...required,
      'min.insync.replicas': replication >= 3 ? '2' : '1',
      'max.message.bytes': String(maxMessageBytes),
    },
  };
};

/** That `kept` messages cannot be all of the `sent` events, and how these are sent once more. */
export const missingDetail = (topic: string, sent: bigint, kept: bigint): string =>
  [
    `topic ${topic} lacks at least ${sent - kept} of ${sent} events that were sent to it: it was deleted, or emptied`,
    `to fill it from the ledger: psql "$DATABASE_OWNER_URL" -c "delete from ops.relay where topic = '${topic}'"`,
    'see docs/runbooks/lost-topic.md',
  ].join('; ');

/** That a topic is ahead of the ledger, and how it comes to be what the ledger says. */
export const aheadDetail = (topic: string, { position, ledgerEnd }: ForeignEvent): string =>
  [
    `topic ${topic} has another event ${position} than the ledger, which ends at ${ledgerEnd}: that was restored from an older backup, or another one publishes here`,
    `nothing is sent or read until the topic is deleted, before which: psql "$DATABASE_OWNER_URL" -c "delete from ops.relay where topic = '${topic}'"`,
    'see docs/runbooks/lost-topic.md',
  ].join('; ');

/** What forbids to use the topic, a line for each; none where it is as it has to be. */
export const topicFaults = (settings: KafkaSettings, found: TopicDescription): string[] => {
  const faults = Object.entries(required).flatMap(([name, value]) => {
    const is = found.settings.get(name);
    if (is === value) return [];
    return [
      `${name} is ${is ?? 'unknown'} and has to be ${value}: ${why[name as keyof typeof why]}`,
    ];
  });
  if (found.partitions === settings.partitions) return faults;
  const count = `it has ${String(found.partitions)} partitions and has to have ${String(settings.partitions)}`;
  return [`${count} (KAFKA_PARTITIONS)`, ...faults];
};
