/**
 * What goes on by itself, round after round, in whichever process is elected for it, or in every one (the
 * last two). Relay and read models are not among them: how far they are behind tells how they do.
 */
export const duties = [
  'sweeper',
  'repricer',
  'indexer',
  'replayer',
  'rebuilder',
  'rollbacker',
  'alerts',
  'webhooks',
  'archiver',
  'keys',
  'partitions',
  'trace-origins',
] as const;

export type Duty = (typeof duties)[number];
