import { randomInt } from 'node:crypto';
import { createServer, type Server } from 'node:net';

// Below the range from which Linux (32768) and macOS (49152) take the local port of an outgoing
// connection: the port of a broker that is down for a moment stays its own.
const lowest = 20_000;
const beyond = 32_000;

/** `count` different loopback ports on which nothing listens now. */
export async function freePorts(count: number): Promise<number[]> {
  const held: { port: number; server: Server }[] = [];
  try {
    while (held.length < count) {
      const port = randomInt(lowest, beyond);
      const server = await listen(port);
      if (server) held.push({ port, server });
    }
    return held.map(({ port }) => port);
  } finally {
    for (const { server } of held) server.close();
  }
}

/** Whether something listens on this loopback port already. */
export async function isTaken(port: number): Promise<boolean> {
  const server = await listen(port);
  server?.close();
  return server === undefined;
}

function listen(port: number): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
