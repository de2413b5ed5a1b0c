import { count, none } from '../../format/numbers';

const digitsShown = 24;
const digitsBefore = 4;

/**
 * Histograms are packed into one number of hundreds of digits: what is shown of one begins a few before the
 * first in which it differs from another.
 */
export const shortened = (value: string | null, other: string | null): string => {
  if (value === null) return none;
  if (!/^\d+$/.test(value) || value.length <= digitsShown) return value;
  let alike = 0;
  while (alike < value.length && value[alike] === other?.[alike]) alike += 1;
  const from = Math.max(0, Math.min(alike - digitsBefore, value.length - digitsShown));
  const shown = value.slice(from, from + digitsShown);
  const isEnd = from + digitsShown === value.length;
  return `${from > 0 ? '…' : ''}${shown}${isEnd ? '' : '…'} (${count(value.length)} digits)`;
};
