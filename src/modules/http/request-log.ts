import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { Metrics } from '../metrics/metrics';
import { correlationOf } from './correlation';

/** One line and one measurement for each request, and its correlation id on the answer; no payloads. */
export const logRequests = (server: FastifyInstance, logger: Logger, metrics: Metrics): void => {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-correlation-id', correlationOf(request));
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const seconds = reply.elapsedTime / 1000;
    const route = request.routeOptions.url ?? 'none';
    metrics.answered(request.method, route, reply.statusCode, seconds);
    logger.info({
      correlationId: correlationOf(request),
      method: request.method,
      url: request.url,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
      caller: request.caller?.name,
      trace: request.span?.context.traceId,
    });
    done();
  });
};
