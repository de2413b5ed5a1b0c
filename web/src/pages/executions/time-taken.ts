import type { ExecutionRow } from '../../api/rows';

/**
 * Milliseconds from its start to its end; of one under way to the moment that is shown, which is told to
 * the minute, or to the last that was heard of it.
 */
export const timeTaken = (
  { startedAt, updatedAt, endedAt }: Pick<ExecutionRow, 'startedAt' | 'updatedAt' | 'endedAt'>,
  moment: string | null,
): number => {
  const end =
    endedAt === null
      ? Math.max(Date.parse(updatedAt), Date.parse(moment ?? updatedAt))
      : Date.parse(endedAt);
  return end - Date.parse(startedAt);
};
