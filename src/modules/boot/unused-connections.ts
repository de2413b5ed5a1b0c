import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Sees that a stop closes the connections on which nothing was ever asked, such as those a browser
 * opens ahead of need: Node does not count them among the idle ones, and would wait for them.
 */
export const closeUnusedOnStop = (fastify: FastifyInstance): void => {
  const unused = new Set<Socket>();
  const { server } = fastify;
  server.on('connection', (socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', ({ socket }) => {
    unused.delete(socket);
  });
  fastify.addHook('preClose', (done) => {
    for (const socket of unused) socket.destroy();
    done();
  });
};
