import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { once } from 'node:events';

type Answered = (status: number, body: Buffer) => void;

const headEnd = Buffer.from('\r\n\r\n');

/** The answer at the start of `bytes`, or null while it is not whole. */
const answerIn = (bytes: Buffer): { status: number; body: Buffer; rest: Buffer } | null => {
  const end = bytes.indexOf(headEnd);
  if (end === -1) return null;
  const head = bytes.toString('latin1', 0, end).toLowerCase();
  const at = head.indexOf('\r\ncontent-length: ');
  if (at === -1) throw new Error(`an answer without a length: ${head}`);
  const from = end + headEnd.length;
  const until = from + Number.parseInt(head.slice(at + 18), 10);
  if (bytes.length < until) return null;
  return {
    status: Number.parseInt(head.slice(9, 12), 10),
    body: bytes.subarray(from, until),
    rest: bytes.subarray(until),
  };
};

/**
 * One HTTP/1.1 connection with one request under way. It does only what the servers under test need,
 * because whatever the driver spends of a shared machine is taken from the server: 42 us of CPU a
 * request where autocannon took 69, without a key of its own in each request.
 */
export class Connection {
  private unread: Buffer | null = null;
  private answered: Answered | null = null;

  private constructor(
    private readonly socket: Socket,
    private readonly failed: (error: Error) => void,
  ) {
    socket.on('data', (chunk: Buffer) => {
      this.read(chunk);
    });
    socket.on('error', failed);
    socket.on('close', () => {
      failed(new Error('the server closed the connection'));
    });
  }

  static async open(url: string, failed: (error: Error) => void): Promise<Connection> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Connection(socket, failed);
  }

  /** Sends a whole request (ASCII); `answered` is called with its answer. */
  send(request: string, answered: Answered): void {
    this.answered = answered;
    this.socket.write(request, 'latin1');
  }

  close(): void {
    this.socket.removeAllListeners('close');
    this.socket.destroy();
  }

  private read(chunk: Buffer): void {
    const bytes = this.unread === null ? chunk : Buffer.concat([this.unread, chunk]);
    try {
      const answer = answerIn(bytes);
      if (answer === null) {
        this.unread = bytes;
        return;
      }
      this.unread = null;
      if (answer.rest.length > 0) throw new Error('an answer that nobody asked for');
      this.answered?.(answer.status, answer.body);
    } catch (error) {
      this.failed(error as Error);
    }
  }
}

/** `count` connections, and what happens when one of them fails. */
export const openConnections = async (
  url: string,
  count: number,
): Promise<{ connections: Connection[]; failure: Promise<never>; close: () => void }> => {
  let failed: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => (failed = reject));
  failure.catch(() => undefined); // whoever waits for the work hears of it
  const connections = await Promise.all(
    Array.from({ length: count }, () => Connection.open(url, (error) => failed(error))),
  );
  const close = (): void => {
    for (const connection of connections) connection.close();
  };
  return { connections, failure, close };
};
