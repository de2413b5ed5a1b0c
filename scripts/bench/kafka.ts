import { join } from 'node:path';
import { startKafka } from '../../src/modules/kafka/broker/cluster';
import { KafkaUnavailable } from '../../src/modules/kafka/broker/toolchain';
import type { Context } from './context';
import { NotHere } from './measurement';

/**
 * The address of a broker started for this run of the bench.
 *
 * @throws NotHere where Kafka cannot be had.
 */
export const broker = (context: Context): Promise<string> =>
  context.shared('Kafka', async (whole) => {
    whole.say('starting a Kafka broker');
    try {
      const { bootstrap } = await whole.hold(
        () =>
          startKafka({
            brokers: 1,
            home: join(whole.folder, 'kafka'),
            log: whole.say,
            env: process.env,
          }),
        (cluster) => cluster.stop(),
      );
      return bootstrap;
    } catch (error) {
      throw error instanceof KafkaUnavailable ? new NotHere(error.message) : error;
    }
  });
