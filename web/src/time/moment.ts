import { computed, effect, signal } from '@preact/signals';
import { address } from '../api/address';
import type { Parameters } from '../api/address';
import { ApiProblem } from '../api/problem';
import { read } from '../api/request';
import type { EventCounts } from '../api/rows';
import { inUtc, isoOf } from '../format/times';
import type { LedgerEvent, LedgerEvents } from '../live/event';
import { onceSeenIn } from '../live/once-seen-in';
import { asOf } from '../routing/route';
import { key } from '../session/key';
import { minute } from './clock';
import { isMoment, isPosition } from './moment-text';

/** What a moment means to the routes of events, whose last event is that of the moment. */
export const scopeUntil = (moment: string | null): Parameters => {
  if (moment === null) return {};
  return isPosition(moment) ? { toPosition: moment } : { until: moment };
};

interface Place {
  readonly position: string;
  readonly recordedAt: string;
}

const ofPosition = async (position: string, ending: AbortSignal): Promise<Place> =>
  read<LedgerEvent>(`/v1/events/${position}`, ending);

/** The last event before a time: that before the first one since, or the last of all where there is none. */
const ofTime = async (time: string, ending: AbortSignal): Promise<Place> => {
  const path = address('/v1/events', { since: time, limit: 1 });
  const { events } = await read<LedgerEvents>(path, ending);
  const [next] = events;
  if (next !== undefined) {
    return { position: String(BigInt(next.position) - 1n), recordedAt: inUtc(time) };
  }
  const counts = address('/v1/events/counts', { since: time });
  return {
    position: (await read<EventCounts>(counts, ending)).toPosition,
    recordedAt: inUtc(time),
  };
};

/** Where the moment of the address lies; null for now, and until the server has said so. */
export const place = signal<Place | null>(null);

effect(() => {
  const moment = asOf.value;
  place.value = null;
  if (moment === null || !isMoment(moment) || key.value === null) return;
  const ending = new AbortController();
  let turnAway = (): void => undefined;
  const find = async (): Promise<void> => {
    try {
      place.value = await (isPosition(moment) ? ofPosition : ofTime)(moment, ending.signal);
    } catch (error) {
      // The pages say what is wrong with the moment; without its place some of them ask for nothing.
      const isOver = ending.signal.aborted || !(error instanceof ApiProblem);
      if (isOver || error.retryAfterSeconds === null) return;
      turnAway = onceSeenIn(error.retryAfterSeconds * 1_000, () => void find());
    }
  };
  void find();
  return () => {
    ending.abort();
    turnAway();
  };
});

/** The time of the moment that is shown: now to the minute, or the past one as far as it is known. */
export const momentTime = computed<string | null>(() => {
  const moment = asOf.value;
  if (moment === null) return isoOf(minute.value);
  return isPosition(moment) ? (place.value?.recordedAt ?? null) : inUtc(moment);
});

export const hoursBefore = (at: string, hours: number): string =>
  isoOf(Date.parse(at) - hours * 3_600_000);
