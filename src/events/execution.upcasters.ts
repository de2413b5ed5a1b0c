import type { Upcasters } from './upcaster';
import { nanoUsdOf } from './money';

/** Version 1 kept money and time as floats, and knew no cached and no reasoning tokens. */
interface LlmCallRecordedV1 {
  agent: string;
  model: string;
  inputTokens: number;
  outputTokens: number;
  durationSeconds: number;
  costUsd: number | null;
  metadata: Record<string, unknown>;
}

/** Version 2 had costs as reported alone, and did not say which call was an agent's first. */
interface LlmCallRecordedV2 {
  readonly cost:
    { readonly source: 'reported'; readonly nanoUsd: string } | { readonly source: 'unpriced' };
}

export const executionUpcasters = {
  /** Version 1 did not say whose work was scored. */
  QualityScored: [(data) => ({ ...(data as object), agent: null })],
  LlmCallRecorded: [
    (data) => {
      const { costUsd, durationSeconds, ...kept } = data as LlmCallRecordedV1;
      return {
        ...kept,
        cachedInputTokens: 0,
        reasoningTokens: 0,
        durationMs: Math.round(durationSeconds * 1000),
        cost:
          costUsd === null
            ? { source: 'unpriced' }
            : { source: 'reported', nanoUsd: nanoUsdOf(costUsd).toString() },
      };
    },
    (data) => {
      const { cost, ...kept } = data as LlmCallRecordedV2;
      const computed = cost.source === 'reported' ? { ...cost, computed: null } : cost;
      // That it is the first may be said of any call: only the first one counts as such.
      return { ...kept, cost: computed, engages: true };
    },
  ],
} satisfies Upcasters;
