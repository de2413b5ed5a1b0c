import { effect, signal } from '@preact/signals';
import { forgetAccepted } from '../api/accepted';
import { ApiProblem } from '../api/problem';
import { ask } from '../api/request';
import { key } from '../session/key';
import { backoff } from './backoff';
import type { LedgerEvent } from './event';
import { messageParser } from './message-parser';
import type { Piece } from './message-parser';

/*
 * One connection a tab follows the ledger; every page hears of events through it.
 *
 *   off -> connecting -> live -> waiting -> connecting -> ...
 */
export type Connection =
  | { readonly state: 'off' | 'connecting' | 'live' }
  | { readonly state: 'waiting'; readonly until: number; readonly why: string };

export const connection = signal<Connection>({ state: 'off' });

/** The last position that this tab has heard of; null before it has of any. */
export const head = signal<bigint | null>(null);

type Listener = (events: readonly LedgerEvent[]) => void;

const listeners = new Set<Listener>();

/** Calls `listener` with events as they are recorded, and with none when some may have been missed. */
export const onEvents = (listener: Listener): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

const tell = (events: readonly LedgerEvent[]): void => {
  for (const listener of [...listeners]) listener(events);
};

/** The server says something every 15 s; when it does not, the connection is dead though open. */
const silenceMilliseconds = 40_000;

/** A browser has six connections to a server for all its tabs: one that nobody looks at lets go of its own. */
const unseenMilliseconds = 10_000;

/** What was missed for longer is not told event by event: there may be millions. */
const missedMilliseconds = 60_000;

/** When the server was last heard; by the clock, as a computer that sleeps may not count. */
let heardAt = 0;

const hear = (pieces: readonly Piece[]): void => {
  const events: LedgerEvent[] = [];
  for (const piece of pieces) {
    if ('comment' in piece) {
      const [, position] = /^behind (\d+)$/.exec(piece.comment) ?? [];
      if (position === undefined) continue;
      head.value = BigInt(position);
      tell([]);
    } else events.push(JSON.parse(piece.data) as LedgerEvent);
  }
  const last = events.at(-1);
  if (last === undefined) return;
  head.value = BigInt(last.position);
  tell(events);
};

// It may have ended while something was awaited, which the compiler does not know.
const hasEnded = ({ aborted }: AbortSignal): boolean => aborted;

/** Nothing that was heard before is gone on from. */
const beginAnew = (): void => {
  head.value = null;
  forgetAccepted();
};

const follow = async (signal: AbortSignal): Promise<void> => {
  const silence = new AbortController();
  const either = AbortSignal.any([signal, silence.signal]);
  let timer = setTimeout(() => undefined, 0);
  const listen = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silence.abort();
    }, silenceMilliseconds);
  };
  let unseen: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(unseen);
    if (!document.hidden) return;
    unseen = setTimeout(() => {
      silence.abort();
    }, unseenMilliseconds);
  };
  document.addEventListener('visibilitychange', look);
  try {
    look();
    listen();
    const isLong = Date.now() - heardAt > missedMilliseconds;
    const last = isLong ? null : head.peek();
    const headers = last === null ? {} : { 'last-event-id': String(last) };
    const response = await ask('/v1/events/tail', { headers, signal: either });
    const parse = messageParser();
    if (isLong) beginAnew();
    connection.value = { state: 'live' };
    const text = response.body?.pipeThrough(new TextDecoderStream());
    for await (const part of text ?? []) {
      listen();
      heardAt = Date.now();
      hear(parse(part));
    }
  } finally {
    clearTimeout(timer);
    clearTimeout(unseen);
    document.removeEventListener('visibilitychange', look);
  }
};

/** Resolves once somebody looks at this tab. */
const seen = async (signal: AbortSignal): Promise<void> => {
  while (document.hidden && !hasEnded(signal)) {
    await new Promise<void>((resolve) => {
      const look = (): void => {
        resolve();
      };
      document.addEventListener('visibilitychange', look, { once: true, signal });
      signal.addEventListener('abort', look, { once: true });
    });
  }
};

const waitingFor = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    const sooner = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', sooner, { once: true });
    addEventListener('online', sooner, { once: true, signal });
    retryNow = sooner;
  });
};

let retryNow = (): void => undefined;

/** For whoever does not want to wait for the next try. */
export const reconnect = (): void => {
  retryNow();
};

const isAhead = (error: unknown): boolean =>
  error instanceof ApiProblem && error.code === 'position-ahead';

const keepFollowing = async (signal: AbortSignal): Promise<void> => {
  let failures = 0;
  while (!hasEnded(signal)) {
    connection.value = { state: 'connecting' };
    const since = performance.now();
    try {
      await follow(signal);
    } catch (error) {
      if (isAhead(error)) beginAnew(); // another ledger is behind this address now
    }
    if (hasEnded(signal)) return;
    if (document.hidden) {
      await seen(signal);
      failures = 0;
      continue;
    }
    failures = performance.now() - since > 5_000 ? 1 : failures + 1;
    const pause = backoff(failures);
    const why = navigator.onLine ? 'the server does not answer' : 'this computer is offline';
    connection.value = { state: 'waiting', until: Date.now() + pause, why };
    await waitingFor(pause, signal);
  }
};

effect(() => {
  if (key.value === null) {
    connection.value = { state: 'off' };
    return;
  }
  const ending = new AbortController();
  void keepFollowing(ending.signal);
  return () => {
    ending.abort();
    head.value = null;
  };
});
