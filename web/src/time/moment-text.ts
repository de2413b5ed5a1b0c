import { dayOf, isoOf } from '../format/times';

const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Whether a moment is a position, and no time. */
export const isPosition = (text: string): boolean => /^\d+$/.test(text);

/** Whether the text of an address is a moment at all; one that lies ahead is. Positions begin with 1. */
export const isMoment = (text: string): boolean =>
  isPosition(text) ? BigInt(text) > 0n : isoTime.test(text) && !Number.isNaN(Date.parse(text));

/** What somebody typed as a moment: a position, or a time of UTC; undefined where it is neither. */
export const momentOf = (text: string): string | undefined => {
  const given = text
    .trim()
    .replace(/,/g, '')
    .replace(/\s*UTC$/i, '');
  if (/^\d{1,18}$/.test(given)) return isMoment(given) ? given : undefined;
  const shape = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?Z?$/;
  const [, day, time = '00:00'] = shape.exec(given) ?? [];
  if (day === undefined) return undefined;
  const milliseconds = Date.parse(`${day}T${time}Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  // The 30th of February is read as the 2nd of March.
  return time < '24' && dayOf(milliseconds) !== day ? undefined : isoOf(milliseconds);
};
