/** The events that end an execution. */
export const endTypes = [
  'ExecutionCompleted',
  'ExecutionFailed',
  'ExecutionTimedOut',
  'ExecutionCancelled',
  'ExecutionTerminated',
] as const;

export interface Outcomes {
  readonly started: number;
  readonly published: number;
  readonly completed: number;
  /** Timed out ones included. */
  readonly failed: number;
  /** By somebody: cancelled or terminated. */
  readonly stopped: number;
  readonly ended: number;
}

/** What became of executions, by counts of their events. */
export const outcomesOf = (types: Readonly<Record<string, number>>): Outcomes => {
  const of = (name: string): number => types[name] ?? 0;
  const completed = of('ExecutionCompleted');
  const failed = of('ExecutionFailed') + of('ExecutionTimedOut');
  const stopped = of('ExecutionCancelled') + of('ExecutionTerminated');
  return {
    started: of('ExecutionStarted'),
    published: of('ArticlePublished'),
    completed,
    failed,
    stopped,
    ended: completed + failed + stopped,
  };
};
