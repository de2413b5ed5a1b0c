import { Logger } from '@nestjs/common';
import { Kafka, logLevel } from 'kafkajs';
import type { KafkaConfig, SASLOptions, logCreator } from 'kafkajs';
import type { KafkaSettings } from '../config/settings';
import { quietRequestQueue } from './quiet-queue';
import { installFastWire } from './wire/fast-wire';

/**
 * kafkajs calls every attempt that fails an error, and tries again by itself. What it gives up on
 * is thrown, and said once by whoever catches it; the attempts are for those who look closer.
 */
const logged: logCreator = () => {
  const logger = new Logger('kafkajs');
  return ({ namespace, level, log: { message } }) => {
    const line = namespace === '' ? message : `${namespace}: ${message}`;
    if (level <= logLevel.WARN) logger.debug(line);
    else logger.verbose(line);
  };
};

const saslOf = ({ sasl }: KafkaSettings): Pick<KafkaConfig, 'sasl'> => {
  if (sasl === null) return {};
  const { mechanism, username, password } = sasl;
  return { sasl: { mechanism, username, password } as SASLOptions };
};

/** A client for the brokers of the settings; connects to nothing yet. */
export const kafkaClient = (settings: KafkaSettings): Kafka => {
  quietRequestQueue();
  installFastWire();
  return new Kafka({
    clientId: 'flowledger',
    brokers: [...settings.brokers],
    ssl: settings.ssl,
    ...saslOf(settings),
    // A broker of the list that is gone must not hold back the others for long.
    connectionTimeout: 1_000,
    authenticationTimeout: 5_000,
    // Said here and by every producer, consumer and admin: without it NODE_ENV=test changes it.
    retry: { initialRetryTime: 100, maxRetryTime: 1_000, retries: 5 },
    logLevel: logLevel.INFO,
    logCreator: logged,
  });
};
