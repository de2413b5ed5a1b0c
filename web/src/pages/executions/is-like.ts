import type { ExecutionRow } from '../../api/rows';

/** Whether an execution has the text in its id or topic, in whatever case. */
export const isLike = (
  { executionId, topic }: Pick<ExecutionRow, 'executionId' | 'topic'>,
  text: string,
): boolean => `${executionId} ${topic ?? ''}`.toLowerCase().includes(text.trim().toLowerCase());
