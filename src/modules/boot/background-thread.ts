/* What the background's thread runs: until it is told to end. */
import { parentPort, workerData } from 'node:worker_threads';
import { NestFactory } from '@nestjs/core';
import { openTelemetry } from '../telemetry/open-telemetry';
import { SpanCounts } from '../telemetry/span-counts';
import { BackgroundModule } from './background.module';
import type { Background } from './background.module';
import { openLog } from './log';
import { nestOptions } from './nest-options';

const run = async (background: Background): Promise<void> => {
  const { settings, spanCounts } = background;
  const logger = openLog(settings.logLevel);
  const counts = spanCounts === null ? undefined : new SpanCounts(spanCounts);
  const telemetry = await openTelemetry(settings.telemetry, logger, counts);
  const module = BackgroundModule.assemble(background, telemetry?.tracing ?? null);
  const app = await NestFactory.createApplicationContext(module, nestOptions(logger));
  parentPort?.postMessage('running');
  parentPort?.once('message', () => {
    void app
      .close()
      .then(() => telemetry?.close())
      .then(() => {
        // Not once nothing is left to do: kafkajs waits half a minute for a broker that stands still.
        logger.flush(() => process.exit());
      });
  });
};

void run(workerData as Background);
