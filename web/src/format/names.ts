/** Statuses, stages and agents as people say them: timed_out is "timed out". */
export const spoken = (name: string): string => name.replace(/_/g, ' ');

const streamPattern = /^execution-(.+)$/;

/** The execution whose stream it is; null for another stream. */
export const executionOf = (stream: string): string | null =>
  streamPattern.exec(stream)?.[1] ?? null;
