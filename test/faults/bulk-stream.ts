/* The bulk route as a stream that is written and read by hand, so that it can be cut anywhere. */
import { once } from 'node:events';
import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { LineAnswer } from '../harness/client';
import { eventually } from '../harness/eventually';

export interface Command {
  readonly command: string;
  readonly data: Record<string, unknown>;
  readonly idempotencyKey?: string;
}

export class BulkStream {
  /** Every answer that came, in the order it came. */
  readonly answers: LineAnswer[] = [];
  /** Resolves when the last answer is there; rejects when the stream breaks off before. */
  readonly finished: Promise<void>;
  private readonly outgoing: ClientRequest;

  constructor(url: string, key: string) {
    this.outgoing = request(`${url}/v1/commands`, {
      method: 'POST',
      agent: false, // a connection of its own
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    });
    this.finished = this.read();
    this.finished.catch(() => undefined); // told to whoever waits for it
  }

  /** Sends lines; resolves when there is room for more. */
  async send(lines: readonly Command[]): Promise<void> {
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    if (this.outgoing.write(text)) return;
    await Promise.race([once(this.outgoing, 'drain'), this.finished]);
  }

  /** Resolves once a line was answered, so that the server is known to be reading. */
  async answered(): Promise<void> {
    await eventually('a first line answered', () => this.answers.length > 0);
  }

  end(): void {
    this.outgoing.end();
  }

  private async read(): Promise<void> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      this.outgoing.on('response', resolve).on('error', reject);
    });
    let rest = '';
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop() ?? '';
      if (response.statusCode !== 200) continue;
      for (const line of lines) this.answers.push(JSON.parse(line) as LineAnswer);
    }
    if (response.statusCode !== 200) {
      throw new Error(`the stream was answered ${String(response.statusCode)}: ${rest}`);
    }
  }
}
