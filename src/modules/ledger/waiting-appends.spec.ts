import { newLineage } from './append';
import type { Append } from './append';
import { LedgerUnavailable } from './ledger-unavailable';
import { WaitingAppends } from './waiting-appends';

const limits = { queuedAppends: 10, queuedBytes: 100_000, batchAppends: 10, batchBytes: 100_000 };

const append = (stream: string, data = '{}'): Append => ({
  stream,
  expected: 0,
  lineage: newLineage(),
  step: 1,
  grounds: [],
  events: [{ eventId: 'e', type: 'Happened', schemaVersion: 1, data }],
  actor: 'service',
  deploymentId: null,
  correlationId: 'c',
  causationId: null,
  occurredAt: '2026-01-08T21:59:00.000000Z',
  idempotency: null,
});
const large = (stream: string): Append => append(stream, 'x'.repeat(10_000));

const waitingIn = (waiting: WaitingAppends, ...appends: Append[]): WaitingAppends => {
  for (const one of appends) void waiting.add(one);
  return waiting;
};
const streamsOf = (batch: ReturnType<WaitingAppends['take']>): string[] =>
  batch.map(({ append: { stream } }) => stream);

describe('appends that wait', () => {
  test('are taken in the order they came, as many as one transaction takes', () => {
    const waiting = new WaitingAppends({ ...limits, batchAppends: 2 });
    waitingIn(waiting, append('a'), append('b'), append('c'));
    expect(streamsOf(waiting.take())).toEqual(['a', 'b']);
    expect(waiting.length).toBe(1);
    expect(streamsOf(waiting.take())).toEqual(['c']);
    expect(waiting.take()).toEqual([]);
  });

  test('are taken in parts where together they are large', () => {
    const waiting = new WaitingAppends({ ...limits, batchBytes: 15_000 });
    waitingIn(waiting, large('a'), large('b'), large('c'), append('d'));
    expect(streamsOf(waiting.take())).toEqual(['a', 'b']);
    expect(streamsOf(waiting.take())).toEqual(['c', 'd']);
  });

  test('go however large one is', () => {
    const waiting = new WaitingAppends({ ...limits, batchBytes: 1 });
    waitingIn(waiting, large('a'), large('b'));
    expect(streamsOf(waiting.take())).toEqual(['a']);
    expect(streamsOf(waiting.take())).toEqual(['b']);
  });

  test('are told what became of them', async () => {
    const waiting = new WaitingAppends(limits);
    const answers = [waiting.add(append('a')), waiting.add(append('b'))];
    const [a, b] = waiting.takeAll();
    expect(waiting.length).toBe(0);
    a!.resolve({ kind: 'key-reused' });
    b!.reject(new Error('gone'));
    await expect(answers[0]).resolves.toEqual({ kind: 'key-reused' });
    await expect(answers[1]).rejects.toThrow('gone');
  });
});

describe('where too many wait', () => {
  test.each([
    ['by their number', { ...limits, queuedAppends: 2 }],
    ['by their bytes', { ...limits, queuedBytes: 20_000 }],
  ])('%s, another is turned away until some were taken', (_how, bounds) => {
    for (const take of ['take', 'takeAll'] as const) {
      const waiting = waitingIn(new WaitingAppends(bounds), large('a'), large('b'));
      expect(() => waiting.add(append('c'))).toThrow(LedgerUnavailable);
      waiting[take]();
      expect(() => waitingIn(waiting, large('c'), large('d'))).not.toThrow();
      expect(() => waiting.add(append('e'))).toThrow(LedgerUnavailable);
    }
  });

  test.each([
    ['by their number', { ...limits, queuedAppends: 4 }],
    ['by their bytes', { ...limits, queuedBytes: 43_000 }],
  ])('%s, there is room once no more than half of it is taken', async (_how, bounds) => {
    const waiting = new WaitingAppends({ ...bounds, batchAppends: 1 });
    waitingIn(waiting, large('a'), large('b'));
    await waiting.room();
    waitingIn(waiting, large('c'), large('d'));
    let hasRoom = false;
    const room = waiting.room().then(() => (hasRoom = true));
    waiting.take();
    await Promise.resolve();
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    waiting.take();
    await room;
    expect(streamsOf(waiting.takeAll())).toEqual(['c', 'd']);
  });
});
