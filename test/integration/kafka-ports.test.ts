import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { Logger } from '@nestjs/common';
import { readSettings } from '../../src/modules/config/settings';
import { kafkaClient } from '../../src/modules/kafka/kafka-client';
import { consumeTopic } from '../../src/modules/kafka/topic-consumer';
import type { ConsumedBatch } from '../../src/modules/kafka/topic-consumer';
import { TopicPublisher } from '../../src/modules/kafka/topic-publisher';
import { eventually } from '../harness/eventually';
import { describeWithKafka } from '../harness/kafka-broker';
import { topicOn } from '../harness/kafka-topic';
import type { TestTopic } from '../harness/kafka-topic';

Logger.overrideLogger(false);

describeWithKafka('the ports to Kafka', (bootstrap) => {
  const { kafka: settings } = readSettings({ KAFKA_BROKERS: bootstrap });
  const kafka = kafkaClient(settings!);
  let topic: TestTopic;

  beforeEach(async () => {
    topic = topicOn(bootstrap);
    await topic.create();
  });

  const message = (value: string, partition = 0) => ({ partition, key: 'k', value, headers: {} });

  describe('the publisher', () => {
    let publisher: TopicPublisher;

    beforeEach(async () => {
      publisher = await TopicPublisher.open(kafka, topic.name);
    });

    afterEach(() => publisher.close());

    it('takes one batch at a time', async () => {
      const first = publisher.publish([message('one')]);
      await expect(publisher.publish([message('two')])).rejects.toThrow('takes no batch');
      await first;
      await publisher.publish([message('three')]);
      const values = (await topic.messages()).map(({ value }) => String(value));
      expect(values).toEqual(['one', 'three']);
    });

    it('tells that the topic began again when what it sent before is gone', async () => {
      await publisher.publish([message('one'), message('two'), message('three')]);
      await topic.delete();
      await eventually('nobody knows it', async () => !(await topic.isThere()));
      await topic.create();
      await expect(publisher.publish([message('four')])).rejects.toThrow('began again');
      await publisher.publish([message('five')]);
      const values = (await topic.messages()).map(({ value }) => String(value));
      expect(values).toEqual(['four', 'five']);
    });

    it('is of no use after a send that was rejected', async () => {
      await topic.delete();
      await eventually('nobody knows it', async () => !(await topic.isThere()));
      await expect(publisher.publish([message('one')])).rejects.toThrow();
      await topic.create();
      await expect(publisher.publish([message('two')])).rejects.toThrow('spent');
      const empty = async (): Promise<boolean> => (await topic.messages()).length === 0;
      await eventually('a topic without messages', empty);
    });
  });

  describe('the consumer', () => {
    let stop: AbortController;
    let running: Promise<void>;

    beforeEach(() => {
      stop = new AbortController();
    });

    afterEach(async () => {
      stop.abort();
      await running;
    });

    const consume = (handle: (batch: ConsumedBatch) => Promise<void>): void => {
      const subscription = { topic: topic.name, group: topic.group, concurrency: 4 };
      running = consumeTopic(kafka, subscription, handle, stop.signal);
    };

    it('gives a handler that throws its messages again, whatever it throws', async () => {
      await topic.send(['a', 'b', 'c'].map((value) => message(value)));
      const faults = [new TypeError('no function'), new RangeError('too far'), new Error('away')];
      const seen: string[] = [];
      consume((batch) => {
        for (const one of batch.messages) {
          seen.push(String(one.value));
          const fault = String(one.value) === 'b' ? faults.shift() : undefined;
          if (fault !== undefined) return Promise.reject(fault);
          batch.resolve(one);
        }
        return Promise.resolve();
      });
      await eventually('all messages', () => seen.at(-1) === 'c');
      expect(seen).toEqual(['a', 'b', 'b', 'b', 'b', 'c']);
    });

    it('says where it is, and goes on from there', async () => {
      const seen: string[] = [];
      const handle = (batch: ConsumedBatch): Promise<void> => {
        seen.push(...batch.messages.map(({ value }) => String(value)));
        batch.resolve(batch.messages.at(-1)!);
        return Promise.resolve();
      };
      await topic.send([message('one')]);
      consume(handle);
      await eventually('the first', () => seen.length === 1);
      stop.abort();
      await running;
      expect(await topic.committed()).toEqual([1n, -1n, -1n, -1n]);
      stop = new AbortController();
      await topic.send([message('two')]);
      consume(handle);
      await eventually('the second', () => seen.length === 2);
      expect(seen).toEqual(['one', 'two']);
    });

    it('leaves no member behind that nobody serves, however early it is stopped', async () => {
      consume(() => Promise.resolve());
      stop.abort();
      await running;
      // It may still be joining, and leaves when it has.
      await eventually('nobody', async () => (await topic.members()) === 0);
      const seen = new Set<number>();
      await topic.send([0, 1, 2, 3].map((partition) => message('all', partition)));
      stop = new AbortController();
      consume((batch) => {
        seen.add(batch.partition);
        batch.resolve(batch.messages.at(-1)!);
        return Promise.resolve();
      });
      await eventually('every partition', () => seen.size === 4);
      await eventually('it alone', async () => (await topic.members()) === 1);
    });
  });

  describe('a broker that accepts connections and says nothing', () => {
    let silent: Server;

    beforeEach(async () => {
      silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
    });

    afterEach(() => {
      silent.close();
    });

    it('does not keep the consumer from being stopped', async () => {
      const { port } = silent.address() as AddressInfo;
      const away = readSettings({ KAFKA_BROKERS: `127.0.0.1:${String(port)}` }).kafka!;
      const stop = new AbortController();
      const subscription = { topic: topic.name, group: topic.group, concurrency: 1 };
      const connected = once(silent, 'connection');
      const handle = (): Promise<void> => Promise.resolve();
      const running = consumeTopic(kafkaClient(away), subscription, handle, stop.signal);
      const [socket] = (await connected) as [{ destroy(): void }];
      stop.abort();
      await running;
      socket.destroy();
    });
  });
});
