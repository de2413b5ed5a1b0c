import { effect, signal } from '@preact/signals';
import { address } from '../api/address';
import { read } from '../api/request';
import { key } from '../session/key';
import type { LedgerEvent } from './event';
import { connection, head, onEvents } from './tail';

/** However long a tab follows, it holds that many. */
const keptAtMost = 500;
const shownEvery = 100;
const before = 100n;

/** The last events that this tab knows of, the oldest first. */
export const recent = signal<readonly LedgerEvent[]>([]);

let arrived: LedgerEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

const show = (): void => {
  timer = undefined;
  recent.value = [...recent.peek(), ...arrived].slice(-keptAtMost);
  arrived = [];
};

onEvents((events) => {
  arrived = [...arrived, ...events].slice(-keptAtMost);
  timer ??= setTimeout(show, shownEvery);
});

/** What there was when this tab began to follow. */
const lookBack = async (from: bigint, to: bigint): Promise<void> => {
  const scope = { fromPosition: String(from), toPosition: String(to), limit: Number(before) };
  const { events } = await read<{ events: LedgerEvent[] }>(address('/v1/events', scope));
  const [first] = recent.peek();
  const older = events.filter(
    ({ position }) => first === undefined || BigInt(position) < BigInt(first.position),
  );
  recent.value = [...older, ...recent.peek()].slice(-keptAtMost);
};

let hasLookedBack = false;

effect(() => {
  if (key.value === null) {
    recent.value = [];
    hasLookedBack = false;
  }
});

effect(() => {
  const end = head.value;
  if (connection.value.state !== 'live' || end === null || end === 0n || hasLookedBack) return;
  hasLookedBack = true;
  lookBack(end > before ? end - before + 1n : 1n, end).catch(() => {
    hasLookedBack = false;
  });
});
