import { z } from 'zod';
import { usdOf } from '../../events/money';
import { day, histogram, sum, text } from '../columns';
import { dayOf } from '../days';
import { observed, quantile } from '../histogram';
import type { Histogram } from '../histogram';
import { totals } from '../projection';

const milliseconds = z.number().nullable();

/** Money and tokens of every model call, by day, agent, model and deployment. */
export const roiTotals = totals({
  name: 'roi-totals',
  version: 1,
  summary: 'Model calls, tokens, cost and duration by day, agent, model and deployment',
  key: { day: day(), agent: text(), model: text(), deployment: text() },
  measures: {
    calls: sum(),
    unpricedCalls: sum(),
    inputTokens: sum(),
    cachedInputTokens: sum(),
    outputTokens: sum(),
    reasoningTokens: sum(),
    costNanoUsd: sum(),
    durationMs: histogram(),
  },
  contributes: {
    LlmCallRecorded: ({ data, occurredAt, deploymentId }) => [
      {
        key: {
          day: dayOf(occurredAt),
          agent: data.agent,
          model: data.model,
          deployment: deploymentId,
        },
        add: {
          calls: 1n,
          unpricedCalls: data.cost.source === 'unpriced' ? 1n : 0n,
          inputTokens: BigInt(data.inputTokens),
          cachedInputTokens: BigInt(data.cachedInputTokens),
          outputTokens: BigInt(data.outputTokens),
          reasoningTokens: BigInt(data.reasoningTokens),
          costNanoUsd: data.cost.source === 'unpriced' ? 0n : BigInt(data.cost.nanoUsd),
          durationMs: observed(data.durationMs),
        },
      },
    ],
  },
  time: 'day',
  sort: 'day',
  present: ({ durationMs, ...row }) => {
    const counts = durationMs as Histogram;
    return {
      ...row,
      costUsd: usdOf(BigInt(String(row['costNanoUsd']))),
      durationMs: {
        p50: quantile(counts, 0.5),
        p95: quantile(counts, 0.95),
        p99: quantile(counts, 0.99),
      },
    };
  },
  presented: {
    durationMs: z.object({ p50: milliseconds, p95: milliseconds, p99: milliseconds }),
    costUsd: z.number(),
  },
});
