/* What the semantic thread runs. */
import { parentPort } from 'node:worker_threads';
import { ThreadDesk } from './thread-desk';
import type { ThreadRequest } from './thread-messages';

const desk = new ThreadDesk((reply) => parentPort?.postMessage(reply));

parentPort?.on('message', (request: ThreadRequest) => {
  desk.take(request);
});
