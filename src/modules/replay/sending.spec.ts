import type { OutgoingMessage } from '../kafka/topic-publisher';
import type { EventRow } from '../ledger/stored-event';
import { Pacer } from '../pacing/pacer';
import type { Found, Part } from '../reading/events/event-log';
import type { ReplayPlace } from './replay-places';
import { Sending } from './sending';

const names = { streams: null, types: null, deployments: null };

const rowAt = (position: number): EventRow => ({
  position: String(position),
  stream: `execution-${String(position % 3)}`,
  version: 1,
  event_id: String(position),
  type: 'ExecutionStarted',
  schema_version: 1,
  data: '{}',
  deployment_id: 'd',
  correlation_id: 'c',
  causation_id: null,
  actor: 'a',
  occurred_at: '2026-01-08 22:32:15+00',
  recorded_at: '2026-01-08 22:32:15+00',
});

/** A ledger of which every second event is in the scope; a page looks at ten positions at most. */
const page = (_names: unknown, { after, end, limit }: Part): Promise<Found> => {
  const events: EventRow[] = [];
  const farthest = end < after + 10n ? end : after + 10n;
  for (let at = after + 1n; at <= farthest; at += 1n) {
    if (at % 2n === 0n) events.push(rowAt(Number(at)));
    if (events.length === limit) return Promise.resolve({ events, through: at });
  }
  return Promise.resolve({ events, through: farthest });
};

const start: ReplayPlace = { position: 0n, end: 95n, sent: 0n, lastSent: null, last: [0n, 0n] };

const equipped = (publish: (messages: OutgoingMessage[]) => Promise<void>, limit = 4) => {
  const stored: ReplayPlace[] = [];
  const advance = (_replay: string, from: ReplayPlace, to: ReplayPlace): Promise<void> => {
    expect(from).toEqual(stored.at(-1) ?? start);
    stored.push(to);
    return Promise.resolve();
  };
  const work = { replayId: 'copy', names };
  const pacer = new Pacer(null);
  const sending = new Sending(work, { page }, { publish }, { advance }, pacer, limit);
  return { sending, stored };
};

const positionOf = ({ headers }: OutgoingMessage): string => headers['ce_position'] ?? '';
const evens = Array.from({ length: 47 }, (_, index) => String(2 * index + 2));

describe('the sending of a replay', () => {
  it('brings every event of the scope to the topic once, in order and marked', async () => {
    const sent: OutgoingMessage[] = [];
    const { sending, stored } = equipped((messages) =>
      Promise.resolve(void sent.push(...messages)),
    );
    const place = await sending.run(start, new AbortController().signal);
    expect(sent.map(positionOf)).toEqual(evens);
    expect(sent.every(({ headers }) => headers['ce_flowledgerreplay'] === 'copy')).toBe(true);
    expect(place).toMatchObject({ position: 95n, sent: 47n, lastSent: 94n });
    expect(stored.at(-1)).toEqual(place);
    const last = [0, 1].map((partition) =>
      BigInt(
        sent
          .filter((one) => one.partition === partition)
          .map(positionOf)
          .at(-1) ?? 0,
      ),
    );
    expect(place.last).toEqual(last);
  });

  it('names the event before each in its partition, within the scope', async () => {
    const sent: OutgoingMessage[] = [];
    const { sending } = equipped((messages) => Promise.resolve(void sent.push(...messages)));
    await sending.run(start, new AbortController().signal);
    const before = ['0', '0'];
    for (const message of sent) {
      expect(message.headers['ce_previousposition']).toBe(before[message.partition]);
      before[message.partition] = positionOf(message);
    }
  });

  it('keeps its place where a send failed, and goes on from there', async () => {
    const sent: string[] = [];
    let left = 5;
    const publish = (messages: OutgoingMessage[]): Promise<void> => {
      left -= 1;
      if (left === 0) return Promise.reject(new Error('no broker'));
      return Promise.resolve(void sent.push(...messages.map(positionOf)));
    };
    const { sending, stored } = equipped(publish);
    const { signal } = new AbortController();
    await expect(sending.run(start, signal)).rejects.toThrow('no broker');
    expect(stored.at(-1)?.sent).toBe(BigInt(sent.length));
    await sending.run(stored.at(-1) ?? start, signal);
    expect(sent).toEqual(evens);
  });

  it('stops where it is told to, with what is on the topic stored', async () => {
    const stop = new AbortController();
    const sent: string[] = [];
    const publish = (messages: OutgoingMessage[]): Promise<void> => {
      sent.push(...messages.map(positionOf));
      stop.abort();
      return Promise.resolve();
    };
    const { sending, stored } = equipped(publish, 2);
    const place = await sending.run(start, stop.signal);
    expect(sent).toEqual(['2', '4']);
    expect(place).toEqual(stored.at(-1));
    expect(place).toMatchObject({ position: 4n, sent: 2n });
  });
});
