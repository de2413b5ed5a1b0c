import { isUtf8 } from 'node:buffer';
import rateLimit from '@fastify/rate-limit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, RawServerDefault } from 'fastify';
import type { Settings } from '../config/settings';
import { secretOf } from '../auth/access';
import { refuseOtherMethods } from './allowed-methods';
import { parseJson } from './json-text';
import { Problem } from './problem';
import { answerUnrouted } from './problem.filter';
import { securityHeaders } from './security-headers';
import { answerUnreadable } from './unreadable';

const bodyAtMost = 1024 * 1024;

export const createAdapter = (): FastifyAdapter =>
  new FastifyAdapter({
    bodyLimit: bodyAtMost,
    logger: false,
    return503OnClosing: true,
    forceCloseConnections: 'idle',
    frameworkErrors: answerUnrouted(securityHeaders()),
    clientErrorHandler: answerUnreadable(securityHeaders()),
    // The key of a row of totals is several names.
    routerOptions: { maxParamLength: 1_024 },
  });

/**
 * An answer that is still under way when the server stops is the last on its connection: kept alive,
 * it would hold up the end for as long as its client likes.
 */
const endConnectionsOnClose = (server: FastifyInstance): void => {
  let closing = false;
  server.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) reply.header('connection', 'close');
    done();
  });
};

/**
 * Fastify closes the connection behind a body that is too large. A caller who still sends then gets a broken pipe,
 * and may never read why: the rest is let go instead, and the connection serves on.
 */
const readOnBehindTooLarge = (server: FastifyInstance): void => {
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (reply.statusCode === 413) reply.removeHeader('connection');
    done();
  });
};

/** Whatever is packed would be read as it is, and be told as anything but that. */
const refuseEncodings = (server: FastifyInstance): void => {
  server.addHook('preParsing', (request, _reply, _payload, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding === 'identity') done();
    else
      done(new Problem(415, 'unsupported-content-encoding', `send it as it is, not ${encoding}`));
  });
};

/** Bytes that are no text would be recorded as replacement characters, in silence. */
const jsonIn = (body: Buffer): unknown => {
  if (!isUtf8(body)) throw new Problem(400, 'malformed', 'the body is not UTF-8');
  return parseJson(body.toString(), 'body');
};

/** What a field is called, such as `__proto__`, is looked at with what is in it: see `storageFaults`. */
const parseBodies = (app: NestFastifyApplication): void => {
  const options = { bodyLimit: bodyAtMost };
  app.useBodyParser<RawServerDefault>('application/json', options, (_request, body, done) => {
    try {
      done(null, jsonIn(body));
    } catch (problem) {
      done(problem as Error);
    }
  });
};

/** Body parsing, security headers and the rate limit: what holds for every route. */
export const prepareServer = async (
  app: NestFastifyApplication,
  settings: Settings,
): Promise<FastifyInstance> => {
  const server = app.getHttpAdapter().getInstance();
  readOnBehindTooLarge(server);
  endConnectionsOnClose(server);
  server.removeContentTypeParser('text/plain');
  // The body of a bulk request is read as it arrives; its length has no limit.
  server.addContentTypeParser(
    'application/x-ndjson',
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    (_request, payload, done) => {
      done(null, payload);
    },
  );
  const headers = securityHeaders();
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  refuseOtherMethods(server);
  refuseEncodings(server);
  parseBodies(app);
  if (settings.rateLimit > 0) {
    await server.register(rateLimit, {
      max: settings.rateLimit,
      timeWindow: 1_000,
      // What asks for no key has no limit: behind a proxy all that send none are one address, probes among them.
      allowList: ({ routeOptions: { url = '' } }) => !url.startsWith('/v1/'),
      keyGenerator: (request) => secretOf(request.headers.authorization) ?? request.ip,
      errorResponseBuilder: (_request, { ttl }) =>
        new Problem(
          429,
          'too-many-requests',
          `at most ${String(settings.rateLimit)} requests a second with one key`,
          {
            retryAfterSeconds: Math.max(1, Math.ceil(ttl / 1000)),
          },
        ),
    });
  }
  return server;
};
