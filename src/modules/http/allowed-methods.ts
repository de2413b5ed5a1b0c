import type { FastifyInstance, HTTPMethods } from 'fastify';
import { Problem } from './problem';

/** Null where there is none, which the type of what finds it does not say. */
const routeOf = (server: FastifyInstance, method: HTTPMethods, url: string): object | null =>
  server.findRoute({ method, url });

/** Whoever comes to an address by a method that it does not take is told which ones it does: 405, with `Allow`. */
export const refuseOtherMethods = (server: FastifyInstance): void => {
  server.addHook('preParsing', ({ is404, url }, reply, _payload, done) => {
    const methods = is404
      ? server.supportedMethods.filter((method) => routeOf(server, method, url) !== null)
      : [];
    if (methods.length === 0) {
      done();
      return;
    }
    const allowed = methods.join(', ');
    reply.header('allow', allowed);
    done(new Problem(405, 'method-not-allowed', `this address takes ${allowed}`));
  });
};
