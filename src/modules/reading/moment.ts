import { z } from 'zod';
import { canonicalInstant } from '../ledger/instant';

const day = z.iso.date();
const time = z.iso.datetime({ offset: true });

/** A `+` that nobody escaped arrives as a space. */
const repaired = (text: string): string => text.replace(/ (\d\d:\d\d)$/, '+$1');

/**
 * A moment as people write it in a query, as a canonical instant: an ISO 8601 time with a zone, or a
 * day, which stands for its first moment in UTC. Undefined for anything else, and for years that
 * are not 0001 to 9999 in UTC.
 */
export const momentOf = (text: string): string | undefined => {
  const iso = repaired(text);
  const moment = day.safeParse(iso).success
    ? `${iso}T00:00:00.000000Z`
    : time.safeParse(iso).success
      ? canonicalInstant(iso)
      : '';
  // Years of more digits begin with a sign.
  return moment >= '0001' ? moment : undefined;
};

export const momentExpected = 'an ISO 8601 time with a zone, or a day as YYYY-MM-DD';

/** The first day that a range beginning at `moment` touches. */
export const firstDayFrom = (moment: string): string => moment.slice(0, 10);

/** The first day that a range ending before `moment` does not touch any more. */
export const firstDayAfter = (moment: string): string => {
  const own = moment.slice(0, 10);
  if (moment.endsWith('T00:00:00.000000Z') || own === '9999-12-31') return own;
  return new Date(Date.parse(own) + 86_400_000).toISOString().slice(0, 10);
};
