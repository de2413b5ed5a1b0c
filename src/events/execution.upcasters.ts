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

export const executionUpcasters = {
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
  ],
} satisfies Upcasters;
