import { SpanKind } from '@opentelemetry/api';
import type { Attributes } from '@opentelemetry/api';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { OpenSpan, Tracing } from '../telemetry/tracing';
import { correlationOf } from './correlation';

declare module 'fastify' {
  interface FastifyRequest {
    /** Where the request is traced. */
    span?: OpenSpan | undefined;
  }
}

/** Probes and scrapes come every few seconds, and nobody looks for them. */
const untraced = /^\/(health|metrics)(\/|$)/;

/** Names by the conventions of HTTP server spans; the route and not the path, which would be another each time. */
const attributesOf = (request: FastifyRequest): Attributes => {
  const [path = '', query] = request.url.split('?', 2);
  const attributes: Attributes = {
    'http.request.method': request.method,
    'url.path': path,
    'url.scheme': request.protocol,
    'flowledger.correlation_id': correlationOf(request),
  };
  const route = request.routeOptions.url;
  if (query !== undefined) attributes['url.query'] = query;
  if (route !== undefined) attributes['http.route'] = route;
  return attributes;
};

const options = { kind: SpanKind.SERVER };

/** A span for each request, in the trace of its caller where that has one. */
export const traceRequests = (server: FastifyInstance, tracing: Tracing): void => {
  server.decorateRequest('span', undefined); // one shape for all requests, traced or not
  server.addHook('onRequest', (request, _reply, done) => {
    if (!untraced.test(request.url)) {
      const { method } = request;
      const route = request.routeOptions.url;
      const name = route === undefined ? method : `${method} ${route}`;
      const span = tracing.begin(name, tracing.callerOf(request.headers), options);
      // No sampler looks at attributes, and most requests may not be sampled.
      span?.note(attributesOf(request));
      request.span = span;
    }
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const { span } = request;
    if (span !== undefined) {
      const { statusCode } = reply;
      span.note({ 'http.response.status_code': statusCode });
      if (statusCode >= 500) span.fail(String(statusCode));
      span.end();
    }
    done();
  });
};
