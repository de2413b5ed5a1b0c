import { counted } from '../cli/amounts';
import type { Palette } from '../cli/terminal';
import type { Mismatch } from './mismatch';

const lineOf = ({ place, message, nearest }: Mismatch): string => {
  const where = place === '' ? '' : `${place}\n      `;
  const guess = nearest === null ? '' : `; did you mean ${nearest}?`;
  return `    ${where}${message}${guess}\n`;
};

/** Mismatches by operation, each with the nearest right name; or that there are none. */
export const contractText = (
  operations: number,
  mismatches: readonly Mismatch[],
  { good, bad, strong }: Palette,
): string => {
  const compared = counted(operations, 'operation');
  if (mismatches.length === 0) return `${strong(good('Agrees'))}: ${compared}, no mismatch\n`;
  const names = [...new Set(mismatches.map(({ operation }) => operation))];
  const groups = names.map((name) => {
    const own = mismatches.filter(({ operation }) => operation === name);
    return `\n  ${strong(name)}\n${own.map(lineOf).join('')}`;
  });
  const found = mismatches.length === 1 ? '1 mismatch' : `${mismatches.length} mismatches`;
  return `${strong(bad(found))} in ${names.length} of ${compared}\n${groups.join('')}`;
};
