import type { Tone } from './tone';

interface Properties {
  /** 0 to 1. */
  readonly share: number;
  readonly tone?: Tone;
  /** Where a limit or target lies, 0 to 1. */
  readonly mark?: number;
}

const percentage = (share: number): string => `${String(100 * Math.min(1, Math.max(0, share)))}%`;

/** A share as a bar; the number stands beside it. */
export const Bar = ({ share, tone = 'plain', mark }: Properties) => (
  <span class={`bar bar--${tone}`} aria-hidden="true">
    <span class="bar__fill" style={{ width: percentage(share) }} />
    {mark !== undefined && <span class="bar__mark" style={{ left: percentage(mark) }} />}
  </span>
);
