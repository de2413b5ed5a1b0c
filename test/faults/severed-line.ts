/* A line to a PostgreSQL that can be cut: connections break off, and new ones are refused. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export class SeveredLine {
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((near) => {
    const far = connect({ host: this.target.hostname, port: Number(this.target.port) });
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(one);
      one.on('error', () => undefined); // 'close' follows
      one.on('close', () => {
        this.sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  private port = 0;

  private constructor(private readonly target: URL) {}

  /** A line to the server of a connection url. */
  static async to(url: string): Promise<SeveredLine> {
    const line = new SeveredLine(new URL(url));
    await line.mend();
    return line;
  }

  /** The url of the same database over this line. */
  get url(): string {
    return Object.assign(new URL(this.target), { host: `127.0.0.1:${String(this.port)}` }).href;
  }

  async mend(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    if (!this.server.listening) return;
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }
}
