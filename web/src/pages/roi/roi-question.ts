import { dayOf } from '../../format/times';
import { daysBefore, isDay } from '../../time/days';

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

/** By the page's address; the last thirty days up to the moment shown where it says nothing. */
export const questionOf = (
  query: Readonly<Record<string, string>>,
  moment: string | null,
): RoiQuestion => {
  const today = moment?.slice(0, 10) ?? dayOf(Date.now());
  const to = isDay(query['to']) ? query['to'] : today;
  const asked = isDay(query['from']) ? query['from'] : daysBefore(to, daysShown - 1);
  const first = daysBefore(to, daysAtMost - 1);
  const from = asked > to ? to : asked < first ? first : asked;
  return { group: groups.find((name) => name === query['group']) ?? 'agent', from, to };
};
