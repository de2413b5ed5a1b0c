/* Run by Jest once after the suites below test/: stops what global-setup.ts started. */
import { releaseSharedBroker } from './kafka-broker';
import { releasePostgres } from './postgres';

export default async (): Promise<void> => {
  await Promise.all([releasePostgres(), releaseSharedBroker()]);
};
