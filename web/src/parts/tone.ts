export type Tone = 'plain' | 'good' | 'warn' | 'bad' | 'info';

const tones: Readonly<Record<string, Tone>> = {
  healthy: 'good',
  degraded: 'warn',
  unhealthy: 'bad',
  queued: 'plain',
  running: 'info',
  waiting: 'warn',
  paused: 'warn',
  completed: 'good',
  failed: 'bad',
  timed_out: 'bad',
  cancelled: 'plain',
  terminated: 'plain',
  reopened: 'plain',
  publish: 'good',
  revise: 'warn',
  reject: 'bad',
};

/** How good a status is. */
export const toneOf = (status: string): Tone => tones[status] ?? 'plain';
