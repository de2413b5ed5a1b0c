import { useAnswer } from '../../api/use-answer';
import type { Answer } from '../../api/use-answer';
import { afterAnything } from '../../live/freshness';

export interface Health {
  readonly status: string;
  readonly checks: Readonly<Record<string, Check>>;
  readonly areas: Readonly<Record<string, string>>;
}

interface Check {
  readonly status: string;
  readonly detail?: string;
}

/** Every check asks a part of the server: not more often than somebody would read it. */
const freshness = afterAnything(5_000);

export const useHealth = (): Answer<Health> => useAnswer('/health', freshness);
