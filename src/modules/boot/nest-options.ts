import type { NestApplicationOptions } from '@nestjs/common';
import type { Logger } from 'pino';
import { NestLogger } from '../http/nest-logger';

type Options = Pick<NestApplicationOptions, 'logger' | 'abortOnError' | 'bodyParser'>;

/**
 * How Nest is to behave in every thread. Apart from the application, which the background's thread
 * has no use for: loading it takes as long as all that the thread needs.
 */
export const nestOptions = (logger: Logger): Options => ({
  logger: new NestLogger(logger),
  abortOnError: false,
  bodyParser: false,
});
