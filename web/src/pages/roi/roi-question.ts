import { daysBefore } from '../../chart/days';
import { toMinute, dayOf } from '../../format/times';

export const groups = ['agent', 'model', 'deployment'] as const;
export type Group = (typeof groups)[number];

/** What is asked: days of UTC, both included. */
export interface RoiQuestion {
  readonly group: Group;
  readonly from: string;
  readonly to: string;
}

const daysShown = 30;
const daysAtMost = 366;

export const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));

/** By the page's address; the last thirty days up to the moment shown where it says nothing. */
export const questionOf = (
  query: Readonly<Record<string, string>>,
  moment: string | null,
): RoiQuestion => {
  const today = moment?.slice(0, 10) ?? dayOf(toMinute(Date.now()));
  const to = isDay(query['to']) ? query['to'] : today;
  const asked = isDay(query['from']) ? query['from'] : daysBefore(to, daysShown - 1);
  const first = daysBefore(to, daysAtMost - 1);
  const from = asked > to ? to : asked < first ? first : asked;
  return { group: groups.find((name) => name === query['group']) ?? 'agent', from, to };
};

/** For the API, whose `to` is not included. */
export const dayAfter = (day: string): string => daysBefore(day, -1);
