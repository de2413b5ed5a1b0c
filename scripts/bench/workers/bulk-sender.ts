import { request } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { callBody } from '../load/calls';
import { pastCallBody } from '../load/past-calls';
import { cpuShare } from '../load/samples';
import { serveTasks } from '../tasks';

const bodies = { now: callBody, past: pastCallBody } as const;

export interface BulkLoad {
  readonly url: string;
  readonly key: string;
  readonly lines: number;
  /** Calls of now, or of a year gone by. */
  readonly calls: keyof typeof bodies;
  /** Where given, each line has an idempotency key, beginning with this. */
  readonly keyPrefix: string | null;
  /** Whether the lines are made beforehand, so that making them takes nothing from the server. */
  readonly prepared: boolean;
}

export interface BulkResult {
  readonly seconds: number;
  readonly accepted: number;
  readonly driverCpu: number;
}

const linesAtOnce = 400;

const chunk = (from: number, until: number, { calls, keyPrefix }: BulkLoad): Buffer => {
  const bodyOf = bodies[calls];
  let text = '';
  for (let index = from; index < until; index += 1) {
    const key = keyPrefix === null ? {} : { idempotencyKey: `${keyPrefix}-${String(index)}` };
    text += `${JSON.stringify({ command: 'record-llm-call', data: bodyOf(index), ...key })}\n`;
  }
  return Buffer.from(text);
};

function* chunks(load: BulkLoad): Generator<Buffer> {
  const { lines } = load;
  for (let from = 0; from < lines; from += linesAtOnce) {
    yield chunk(from, Math.min(lines, from + linesAtOnce), load);
  }
}

/** Counts answered lines, and tells the first that was not accepted. */
const readAnswers = async (response: IncomingMessage): Promise<number> => {
  let accepted = 0;
  let rest = '';
  response.setEncoding('latin1');
  for await (const text of response as AsyncIterable<string>) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.includes('"status":200')) throw new Error(`not accepted: ${line}`);
      accepted += 1;
    }
  }
  return accepted;
};

const sendAll = async (sending: ClientRequest, body: Iterable<Buffer>): Promise<void> => {
  for (const bytes of body) {
    if (!sending.write(bytes)) await once(sending, 'drain');
  }
  sending.end();
};

const tasks = {
  send: async (load: BulkLoad): Promise<BulkResult> => {
    const body = load.prepared ? [...chunks(load)] : chunks(load);
    const share = cpuShare();
    const started = performance.now();
    const sending = request(`${load.url}/v1/commands`, {
      method: 'POST',
      agent: false,
      headers: { authorization: `Bearer ${load.key}`, 'content-type': 'application/x-ndjson' },
    });
    const answering = once(sending, 'response').then(([response]) =>
      readAnswers(response as IncomingMessage),
    );
    const [accepted] = await Promise.all([answering, sendAll(sending, body)]);
    const seconds = (performance.now() - started) / 1000;
    if (accepted !== load.lines) throw new Error(`${accepted} of ${load.lines} lines answered`);
    return { seconds, accepted, driverCpu: share() };
  },
};

export type BulkSender = typeof tasks;

serveTasks(tasks);
