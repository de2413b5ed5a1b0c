import { computed, effect, signal } from '@preact/signals';
import { address } from '../api/address';
import { read } from '../api/request';
import type { LedgerEvent, LedgerEvents } from './event';
import { merged } from './merged';
import { connection, head, onEvents } from './tail';

/** However long a tab follows, it holds that many. */
const keptAtMost = 500;
const shownEvery = 100;
const before = 100n;

/** The last events that this tab knows of, the oldest first. */
export const recent = signal<readonly LedgerEvent[]>([]);

const hasLookedBack = signal(false);

/** Whether there are no others: before it was looked back nothing is known of what there was. */
export const isRecentKnown = computed(() => hasLookedBack.value || head.value === 0n);

let arrived: LedgerEvent[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

const show = (): void => {
  timer = undefined;
  recent.value = merged(recent.peek(), arrived, keptAtMost);
  arrived = [];
};

onEvents((events) => {
  arrived = [...arrived, ...events].slice(-keptAtMost);
  timer ??= setTimeout(show, shownEvery);
});

/** What there was when this tab began to follow. */
const lookBack = async (from: bigint, to: bigint, signal: AbortSignal): Promise<void> => {
  const scope = { fromPosition: String(from), toPosition: String(to), limit: Number(before) };
  const path = address('/v1/events', scope);
  const { events } = await read<LedgerEvents>(path, signal);
  if (signal.aborted) return;
  recent.value = merged(events, recent.peek(), keptAtMost);
  hasLookedBack.value = true;
};

/** Of the look back; null before there was one. */
let looking: AbortController | null = null;

effect(() => {
  if (head.value !== null) return;
  // Nobody is signed in, or another ledger is behind this address: what is known is of the one before.
  looking?.abort();
  looking = null;
  clearTimeout(timer);
  timer = undefined;
  arrived = [];
  recent.value = [];
  hasLookedBack.value = false;
});

effect(() => {
  const end = head.value;
  if (connection.value.state !== 'live' || end === null || end === 0n || looking !== null) return;
  const own = new AbortController();
  looking = own;
  lookBack(end > before ? end - before + 1n : 1n, end, own.signal).catch(() => {
    if (looking === own) looking = null; // at the next event
  });
});
