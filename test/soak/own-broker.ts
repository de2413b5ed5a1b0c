/* A Kafka broker that is killed, and started again on the same data and port. */
import { setTimeout as pause } from 'node:timers/promises';
import { startKafka } from '../../src/modules/kafka/broker/cluster';
import type { KafkaCluster } from '../../src/modules/kafka/broker/cluster';
import type { Chance } from '../harness/seed';
import { Home } from '../faults/home';
import type { Misfortune } from './misfortune';

export class OwnBroker {
  private constructor(
    private readonly home: Home,
    private readonly cluster: KafkaCluster,
  ) {}

  static async start(): Promise<OwnBroker> {
    const home = await Home.make();
    const options = { brokers: 1, home: home.path, env: process.env } as const;
    return new OwnBroker(home, await startKafka({ ...options, log: () => undefined }));
  }

  get bootstrap(): string {
    return this.cluster.bootstrap;
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
    await this.home.remove();
  }

  misfortunes(chance: Chance): Misfortune[] {
    const [broker] = this.cluster.brokers;
    if (broker === undefined) return [];
    const again = async (): Promise<void> => {
      await broker.kill('SIGKILL');
      await pause(chance.between(0, 20_000));
      await broker.restart();
    };
    const freeze = async (): Promise<void> => {
      await broker.kill('SIGSTOP');
      await pause(chance.between(0, 15_000));
      await broker.kill('SIGCONT');
    };
    return [
      { name: 'the broker is killed', strike: again },
      { name: 'the broker stands still', strike: freeze },
    ];
  }
}
