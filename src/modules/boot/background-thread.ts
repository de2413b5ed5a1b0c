/* What the background's thread runs: until it is told to end. */
import { parentPort, workerData } from 'node:worker_threads';
import { NestFactory } from '@nestjs/core';
import { nestOptions } from './application';
import { BackgroundModule } from './background.module';
import type { Background } from './background.module';
import { openLog } from './log';

const run = async (background: Background): Promise<void> => {
  const module = BackgroundModule.assemble(background);
  const logger = openLog(background.settings.logLevel);
  const app = await NestFactory.createApplicationContext(module, nestOptions(logger));
  parentPort?.postMessage('running');
  parentPort?.once('message', () => {
    void app.close().then(() => {
      logger.flush();
      parentPort?.close();
    });
  });
};

void run(workerData as Background);
