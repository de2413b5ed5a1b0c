import { connect } from 'node:net';
import { once } from 'node:events';
import { OpenStreams } from '../../src/modules/reading/open-streams';
import { startApp } from '../harness/app';
import type { TestApp } from '../harness/app';
import { eventually } from '../harness/eventually';
import { messagesOf, openStream, readingStandsStill } from './streamed';
import type { Message, Streamed } from './streamed';

const tail = '/v1/events/tail';
let app: TestApp;

beforeAll(async () => {
  app = await startApp();
});
afterAll(() => app.stop());
afterEach(async () => {
  await eventually('all streams are let go', () => app.get(OpenStreams).count === 0);
});

const start = async (executionId: string): Promise<number> => {
  const { status, body } = await app.client.command('start-execution', { executionId });
  expect(status).toBe(200);
  return Number(body.position);
};
const beat = (executionId: string): Promise<unknown> =>
  app.client.command('heartbeat-execution', { executionId });
const ids = (messages: readonly Message[]): number[] => messages.map(({ id }) => Number(id));
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);
/** Whether a whole message of this position, or a later one, is in the text. */
const through =
  (position: number) =>
  (text: string): boolean => {
    const [, id = '0'] = /.*^id: (\d+)$/ms.exec(text.slice(0, text.lastIndexOf('\n\n') + 1)) ?? [];
    return Number(id) >= position;
  };
const read = async (stream: Streamed, position: number): Promise<Message[]> =>
  messagesOf(await stream.until(through(position)));

describe('the tail', () => {
  it('begins at the end and tells each event as it is recorded', async () => {
    const before = await start('first');
    const stream = await openStream(app, tail);
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=utf-8');
    expect(await stream.until((text) => text.includes('\n\n'))).toBe(
      `: behind ${String(before)}\nid: ${String(before)}\n\n`,
    );
    const position = await start('second');
    const [message] = await read(stream, position);
    expect(message).toMatchObject({
      id: String(position),
      event: 'ExecutionStarted',
      data: { position: String(position), stream: 'execution-second', type: 'ExecutionStarted' },
    });
    stream.close();
  });

  it('resumes behind Last-Event-ID or after, without a gap or a double, while others append', async () => {
    const from = await start('resumed');
    let done = false;
    const appending = Promise.all(
      range(1, 8).map(async (who) => {
        await start(`busy-${String(who)}`);
        for (let index = 0; index < 40; index += 1) await beat(`busy-${String(who)}`);
      }),
    ).finally(() => {
      done = true;
    });
    const seen: number[] = [];
    let at = from;
    const end = from + 8 * 41;
    for (let turn = 0; at < end; turn += 1) {
      const header = { 'last-event-id': String(at) };
      // What the URL says is of the first connection: the header is later.
      const stream = await openStream(app, `${tail}?after=${String(from)}`, header);
      const messages = await read(stream, Math.min(end, at + 1 + (turn % 50)));
      stream.close();
      seen.push(...ids(messages));
      at = seen.at(-1) ?? at;
    }
    await appending;
    expect(done).toBe(true);
    expect(seen).toEqual(range(from + 1, end));
    const whole = await openStream(app, `${tail}?after=${String(from)}`);
    expect(ids(await read(whole, end))).toEqual(seen);
    whole.close();
  });

  it('lets who has heard of no event yet go on from where it was', async () => {
    const from = await start('unheard');
    const asked = `${tail}?streams=execution-unheard`;
    const first = await openStream(app, asked);
    const text = await first.until((heard) => heard.includes('\n\n'));
    first.close();
    await beat('unheard');
    const [, last = ''] = /^id: (\d+)$/m.exec(text) ?? [];
    const again = await openStream(app, asked, { 'last-event-id': last });
    expect(ids(await read(again, from + 1))).toEqual([from + 1]);
    again.close();
  });

  it('tells only what is asked for, past any number of others', async () => {
    const from = await start('wanted');
    const stream = await openStream(
      app,
      `${tail}?types=HeartbeatReceived&streams=execution-wanted&after=0`,
    );
    for (let index = 0; index < 20; index += 1) await start(`unwanted-${String(index)}`);
    await beat('unwanted-1');
    await beat('wanted');
    const messages = await read(stream, from + 22);
    expect(messages.map(({ data }) => [data.stream, data.type])).toEqual([
      ['execution-wanted', 'HeartbeatReceived'],
    ]);
    stream.close();
  });

  it('is told to any number of readers at once', async () => {
    const from = await start('shared');
    const streams = await Promise.all(
      range(1, 40).map((reader) =>
        openStream(app, reader % 2 ? tail : `${tail}?after=${String(from)}`),
      ),
    );
    for (let index = 0; index < 25; index += 1) await beat('shared');
    for (const stream of streams) {
      expect(ids(await read(stream, from + 25))).toEqual(range(from + 1, from + 25));
      stream.close();
    }
    const listening = await app.database.sql(
      `select pid from pg_stat_activity where datname = current_database() and query = 'listen ledger'`,
    );
    expect(listening).toHaveLength(2); // the projector's, and the one of all tails
  });

  it('refuses a place that is none or lies ahead, and what it cannot filter by', async () => {
    for (const path of [
      `${tail}?after=x`,
      `${tail}?after=1000000`,
      `${tail}?since=2026-01-01`,
      `${tail}?limit=5`,
    ]) {
      expect((await app.client.get(path)).status).toBe(400);
    }
    const headers = { 'last-event-id': 'x' };
    expect((await app.client.get(tail, { headers })).status).toBe(400);
  });

  it('begins at the end for who comes back without having heard of any event', async () => {
    const end = await start('unnamed');
    const stream = await openStream(app, tail, { 'last-event-id': '' });
    const text = await stream.until((heard) => heard.includes('\n\n'));
    expect(text).toContain(`: behind ${String(end)}\n`);
    stream.close();
  });

  it('answers HEAD without following', async () => {
    const answer = await fetch(`${app.url}${tail}`, {
      method: 'HEAD',
      headers: { authorization: `Bearer ${app.keys.analyst}` },
    });
    expect(answer.status).toBe(200);
    expect(app.get(OpenStreams).count).toBe(0);
  });

  it('lets go of a pipelined request whose connection goes before its turn', async () => {
    const { hostname, port } = new URL(app.url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const asked = `GET ${tail} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${app.keys.analyst}\r\n\r\n`;
    socket.write(asked + asked);
    await eventually('both are open', () => app.get(OpenStreams).count === 2);
    socket.destroy();
    await eventually('both are let go', () => app.get(OpenStreams).count === 0);
  });
});

describe('a slow reader of the tail', () => {
  it('holds one page and no connection, and misses nothing', async () => {
    const from = await start('slow');
    const metadata = { note: 'x'.repeat(20_000) };
    const call = {
      executionId: 'slow',
      agent: 'a',
      model: 'm',
      inputTokens: 1,
      outputTokens: 1,
      metadata,
    };
    const lines = range(1, 900).map((index) => ({
      command: 'record-llm-call',
      data: { ...call, durationSeconds: index },
    }));
    await app.client.bulk(lines);
    const stream = await openStream(app, `${tail}?after=${String(from)}`);
    await stream.until((text) => text.length > 0);
    await readingStandsStill(app);
    expect(app.get(OpenStreams).count).toBe(1);
    const end = await start('slow-no-more');
    expect(ids(await read(stream, end))).toEqual(range(from + 1, end));
    stream.close();
  }, 120_000);
});

describe('a server that stops', () => {
  it('ends its tails, breaks off what is not read, and does not wait for keep-alive', async () => {
    const other = await startApp({ env: { FLOWLEDGER_DRAIN_SECONDS: '4' } });
    // More than the buffers between the two ends take in.
    const large = {
      executionId: 'e',
      agent: 'a',
      model: 'm',
      metadata: { note: 'x'.repeat(900_000) },
    };
    await other.client.command('start-execution', { executionId: 'e' });
    for (let index = 0; index < 20; index += 1) {
      const data = { ...large, inputTokens: index, outputTokens: 0, durationSeconds: 0 };
      expect((await other.client.command('record-llm-call', data)).status).toBe(200);
    }
    const headers = { authorization: `Bearer ${other.keys.analyst}` };
    const [quiet, stuck, kept] = await Promise.all([
      openStream(other, tail),
      openStream(other, `${tail}?after=0`),
      fetch(`${other.url}${tail}`, { headers }),
    ]);
    await quiet.until((text) => text.includes(': behind'));
    await readingStandsStill(other);
    const arrived = once(other.app.getHttpServer(), 'request');
    const lagging = fetch(`${other.url}/v1/projections/roi-totals?minPosition=1000000`, {
      headers,
    });
    await arrived;
    expect(other.get(OpenStreams).count).toBe(3);
    const [ended, answered] = await Promise.all([quiet.rest(), lagging, other.stop()]);
    const text = ended.text.replaceAll(': heartbeat\n\n', ''); // there is one every fifteen seconds
    expect({ ...ended, text }).toEqual({ complete: true, text: ': behind 21\nid: 21\n\n' });
    expect(await kept.text()).toContain(': behind 21\nid: 21\n\n');
    expect(answered.status).toBe(503);
    expect((await stuck.rest()).complete).toBe(false);
  });
});
