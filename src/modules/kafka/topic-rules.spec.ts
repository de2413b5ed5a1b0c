import { readSettings } from '../config/settings';
import type { KafkaSettings } from '../config/settings';
import type { TopicDescription } from './topic-admin';
import { newTopic, topicFaults } from './topic-rules';

const settingsOf = (env: Record<string, string> = {}): KafkaSettings =>
  readSettings({ KAFKA_BROKERS: 'one:9092', ...env }).kafka!;

describe('a topic to make', () => {
  it.each([
    ['one broker', 'one:9092', {}, 1, 1, '1'],
    ['two of three brokers up', 'one:9092,two:9092,three:9092', {}, 2, 3, '2'],
    ['one of five named', 'one:9092', {}, 5, 3, '2'],
    ['a number asked for', 'one:9092', { KAFKA_REPLICATION: '2' }, 5, 2, '1'],
  ])('with %s', (_, KAFKA_BROKERS, env, up, replication, inSync) => {
    const topic = newTopic(settingsOf({ KAFKA_BROKERS, ...env }), up);
    expect(topic).toMatchObject({ partitions: 8, replication });
    expect(topic.settings).toMatchObject({
      'min.insync.replicas': inSync,
      'retention.ms': '-1',
      'cleanup.policy': 'delete',
    });
  });

  it('has no fault', () => {
    const { settings, ...shape } = newTopic(settingsOf(), 1);
    const found = { ...shape, settings: new Map(Object.entries(settings)) };
    expect(topicFaults(settingsOf(), found)).toEqual([]);
  });
});

describe('the faults of a topic', () => {
  const found = (partitions: number, settings: Record<string, string>): TopicDescription => ({
    partitions,
    replication: 1,
    settings: new Map(Object.entries(settings)),
  });

  it('are named all at once, with what it is and what it has to be', () => {
    const settings = { 'retention.ms': '604800000', 'cleanup.policy': 'compact,delete' };
    expect(topicFaults(settingsOf(), found(3, settings))).toEqual([
      'it has 3 partitions and has to have 8 (KAFKA_PARTITIONS)',
      expect.stringContaining('cleanup.policy is compact,delete and has to be delete'),
      expect.stringContaining('retention.ms is 604800000 and has to be -1'),
      expect.stringContaining('retention.bytes is unknown and has to be -1'),
    ]);
  });
});
