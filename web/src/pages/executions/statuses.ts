/** Those that an execution may have: under way first, then how it ended. */
export const statuses = [
  'queued',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'timed_out',
  'cancelled',
  'terminated',
] as const;
