/*
 * Clients that only read while a fault goes on: rows, CSV, events, streams. Each answer is whole, or
 * says 503 and when to ask again, or breaks off so that nobody takes a part for the whole.
 */
import { clientOf } from '../harness/client';

const paths: readonly (readonly [path: string, accept?: string])[] = [
  ['/v1/projections'],
  ['/v1/projections/execution-status?limit=50&sort=-updatedAt'],
  ['/v1/projections/execution-status', 'text/csv'],
  ['/v1/projections/roi-totals?groupBy=agent'],
  ['/v1/events?limit=200'],
  ['/v1/events', 'application/x-ndjson'],
  ['/v1/streams/execution-shared'],
  ['/metrics'],
];

export class Readers {
  /** Answers that no fault excuses. */
  readonly findings = new Set<string>();
  /** By what became of them. */
  readonly answers = { whole: 0, unavailable: 0, cutOff: 0 };
  private readonly readers: Promise<void>[];
  private finishing = false;

  constructor(
    private readonly url: () => string,
    private readonly key: string,
    readers = 2,
  ) {
    this.readers = Array.from({ length: readers }, (_, index) => this.read(index));
  }

  async finish(): Promise<void> {
    this.finishing = true;
    await Promise.all(this.readers);
  }

  private async read(from: number): Promise<void> {
    for (let next = from; !this.finishing; next += 1) {
      const [path, accept] = paths[next % paths.length] ?? ['/'];
      await this.ask(path, accept);
    }
  }

  private async ask(path: string, accept?: string): Promise<void> {
    const client = clientOf(this.url(), this.key);
    const answer = await client
      .get(path, accept === undefined ? {} : { accept })
      .catch(() => undefined);
    if (answer === undefined) this.answers.cutOff += 1;
    else if (answer.status === 200) this.answers.whole += 1;
    else if (answer.status === 503 && answer.headers.has('retry-after'))
      this.answers.unavailable += 1;
    else this.findings.add(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  }
}
