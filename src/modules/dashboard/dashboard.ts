import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { Problem } from '../http/problem';
import { dashboardPolicy } from './dashboard-policy';

const root = resolve(__dirname, '../../..');

/** What `npm run build` made of `web/`; run from TypeScript, as Jest does, the output is below dist. */
const dashboardFolder = join(basename(root) === 'dist' ? root : join(root, 'dist'), 'web');

const notBuilt = new Problem(
  404,
  'dashboard-not-built',
  'the dashboard is made by `npm run build`; the API is here all the same',
);

/**
 * Serves the dashboard at `/`. It is a page of a few files whose names change with their content; all
 * that it shows it asks the public API for.
 */
export const serveDashboard = async (
  server: FastifyInstance,
  folder = dashboardFolder,
): Promise<void> => {
  if (!existsSync(join(folder, 'index.html'))) {
    server.get('/', () => {
      throw notBuilt;
    });
    return;
  }
  await server.register(fastifyStatic, {
    root: folder,
    wildcard: false, // a route for each file: any other address stays the API's to answer
    decorateReply: false, // the page at /docs brings the decoration
    cacheControl: false,
    setHeaders: (reply, path) => {
      const isNamedByContent = path.includes('/assets/');
      const policy = isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache';
      void reply.header('cache-control', policy);
      void reply.header('content-security-policy', dashboardPolicy);
    },
  });
};
