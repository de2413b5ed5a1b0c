import type { OutgoingMessage } from '../kafka/topic-publisher';
import type { EventRow } from '../ledger/stored-event';
import { Bell } from '../pacing/bell';
import { Publication, sendOf } from './publication';
import type { Place } from './relay-place';

const rowAt = (position: number): EventRow => ({
  position: String(position),
  stream: `execution-${String(position % 5)}`,
  version: 1,
  event_id: '0190',
  type: 'HeartbeatReceived',
  schema_version: 1,
  data: '{}',
  deployment_id: 'initial',
  correlation_id: 'one',
  causation_id: null,
  actor: 'spec',
  occurred_at: '2026-01-08 22:32:15.55+00',
  recorded_at: '2026-01-08 22:32:15.55+00',
});

const ledger = Array.from({ length: 25 }, (_, index) => rowAt(index + 1));
const start: Place = { position: 0n, last: [0n, 0n, 0n] };

const positionsOf = (messages: readonly OutgoingMessage[]): number[] =>
  messages.map(({ headers }) => Number(headers['ce_position']));

describe('a send', () => {
  it('names before each event the one before it in its partition, also across sends', () => {
    const first = sendOf(ledger.slice(0, 10), start);
    const second = sendOf(ledger.slice(10), first.place);
    const last = ['0', '0', '0'];
    for (const { partition, headers } of [...first.messages, ...second.messages]) {
      expect(headers['ce_previousposition']).toBe(last[partition]);
      last[partition] = headers['ce_position']!;
    }
    expect(second.place).toEqual({ position: 25n, last: last.map(BigInt) });
  });
});

describe('publishing', () => {
  let stop: AbortController;
  let sent: number[][];
  let stored: Place[];
  let refuse: number | null;
  let sending: number;

  const publisher = {
    publish: async (messages: OutgoingMessage[]): Promise<void> => {
      sending += 1;
      expect(sending).toBe(1); // one send at a time
      await Promise.resolve();
      sending -= 1;
      if (sent.length === refuse) throw new Error('no acknowledgement');
      sent.push(positionsOf(messages));
    },
  };
  const place = {
    advance: (from: Place, to: Place): Promise<void> => {
      expect(from.position).toBe(stored.at(-1)?.position ?? 0n);
      expect(sent.flat()).toContain(Number(to.position)); // stored only once it is there
      stored.push(to);
      if (to.position === 25n) stop.abort();
      return Promise.resolve();
    },
    confirm: (): Promise<void> => Promise.resolve(),
  };
  const reader = {
    rowsAfter: (after: bigint, limit: number): Promise<EventRow[]> =>
      Promise.resolve(ledger.slice(Number(after), Number(after) + limit)),
  };
  const publication = (limit: number): Publication =>
    new Publication(reader, publisher, place, new Bell(), limit);

  beforeEach(() => {
    stop = new AbortController();
    sent = [];
    stored = [];
    refuse = null;
    sending = 0;
  });

  it('goes through the ledger in order, each event once', async () => {
    await publication(4).run(start, stop.signal);
    expect(sent.flat()).toEqual(ledger.map(({ position }) => Number(position)));
    expect(stored.at(-1)!.position).toBe(25n);
  });

  it('ends at a send that fails, with the place before it', async () => {
    refuse = 2;
    const running = publication(4);
    await expect(running.run(start, stop.signal)).rejects.toThrow('no acknowledgement');
    expect(stored.at(-1)!.position).toBe(BigInt(sent.flat().at(-1)!));
    expect(running.sent).toBe(sent.flat().length);
  });

  it('sends no more when the place cannot be stored', async () => {
    const moved = { ...place, advance: () => Promise.reject(new Error('moved')) };
    const running = new Publication(reader, publisher, moved, new Bell(), 4);
    await expect(running.run(start, stop.signal)).rejects.toThrow('moved');
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  it('ends when its place was moved while there was nothing to send', async () => {
    jest.useFakeTimers();
    try {
      const moved = { ...place, confirm: () => Promise.reject(new Error('moved')) };
      const idle = new Publication(reader, publisher, moved, new Bell(), 4);
      const running = expect(idle.run({ ...start, position: 25n }, stop.signal)).rejects.toThrow(
        'moved',
      );
      await jest.advanceTimersByTimeAsync(1_000);
      await running;
    } finally {
      jest.useRealTimers();
    }
  });

  it('begins small after a send that was too large, and grows', async () => {
    await publication(1).run(start, stop.signal);
    expect(sent.map(({ length }) => length)).toEqual([1, 1, 2, 4, 8, 9]);
  });
});
