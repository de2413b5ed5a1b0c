import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serveTasks } from '../tasks';

/* A collector that takes whatever comes: what sending costs is measured, not what a collector does. */

const tasks = {
  open: async (): Promise<{ url: string }> => {
    const server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${String(port)}` };
  },
};

export type OtlpSink = typeof tasks;

serveTasks(tasks);
