import { dayOf } from '../format/times';

const dayMilliseconds = 86_400_000;

/** Whether an address has it as a day, such as 2026-11-28; there is no 2026-11-31. */
export const isDay = (text: string | undefined): text is string => {
  const at = Date.parse(text ?? '');
  return !Number.isNaN(at) && dayOf(at) === text;
};

/** Every day from the first to the last, both included. */
export const daysBetween = (first: string, last: string): string[] => {
  const days: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += dayMilliseconds) {
    days.push(dayOf(at));
  }
  return days;
};

export const daysBefore = (day: string, count: number): string =>
  dayOf(Date.parse(day) - count * dayMilliseconds);

/** For the API, whose `to` is not included. */
export const dayAfter = (day: string): string => daysBefore(day, -1);
