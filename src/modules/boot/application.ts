import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from '../../app.module';
import type { Assembly } from '../../app.module';
import type { Settings } from '../config/settings';
import { serveDashboard } from '../dashboard/dashboard';
import { describeApi, serveApiDocument } from '../http/openapi';
import { ProblemFilter } from '../http/problem.filter';
import { logRequests } from '../http/request-log';
import { traceRequests } from '../http/request-spans';
import { createAdapter, prepareServer } from '../http/server';
import { Metrics } from '../metrics/metrics';
import { projectionPaths } from '../reading/projection-paths';
import type { Tracing } from '../telemetry/tracing';
import { TRACING } from '../telemetry/tracing.token';
import { nestOptions } from './nest-options';
import { closeUnusedOnStop } from './unused-connections';

/** What holds for every route of a fresh application, whoever made it. */
export const equip = async (
  app: NestFastifyApplication,
  settings: Settings,
  logger: Logger,
): Promise<void> => {
  const server = await prepareServer(app, settings);
  const tracing = app.get<Tracing | null>(TRACING, { strict: false });
  if (tracing !== null) traceRequests(server, tracing);
  closeUnusedOnStop(server);
  app.useGlobalFilters(new ProblemFilter());
  serveApiDocument(app, () => describeApi(app, projectionPaths()));
  await serveDashboard(server);
  logRequests(server, logger, app.get(Metrics));
};

/** The application, wired and ready to listen. */
export const createApplication = async (
  assembly: Assembly,
  logger: Logger,
): Promise<NestFastifyApplication> => {
  const app = await NestFactory.create<NestFastifyApplication>(
    AppModule.assemble(assembly),
    createAdapter(),
    nestOptions(logger),
  );
  await equip(app, assembly.settings, logger);
  return app;
};
