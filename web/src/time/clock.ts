import { signal } from '@preact/signals';
import { toMinute } from '../format/times';

/** The minute it is, in milliseconds: what "the last 24 hours" counts from. */
export const minute = signal(toMinute(Date.now()));

setInterval(() => {
  minute.value = toMinute(Date.now());
}, 5_000);
