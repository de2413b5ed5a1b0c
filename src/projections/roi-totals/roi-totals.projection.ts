import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import { microHoursOf } from '../../events/hours';
import { day, histogram, moneySum, sum, text } from '../columns';
import { dayOf } from '../days';
import { observed, percentiles, percentilesSchema } from '../histogram';
import { totals } from '../projection';
import { billedOf, readableRoi, roiPresented, roiReadings } from '../roi';

const executionOf = ({ stream }: RecordedEvent): string => idOfStream(stream, 'execution');

const keyOfCall = (event: RecordedEvent<'LlmCallRecorded'>) => {
  const { data, occurredAt, deploymentId: deployment } = event;
  const { agent, model } = data;
  return { day: dayOf(occurredAt), agent, model, deployment, execution: executionOf(event) };
};

/**
 * Model calls, what they cost, and what people would have cost instead. Hours stand under the day
 * they were earned on and the model of the agent's first call; a repricing under the day of its call.
 */
export const roiTotals = totals({
  name: 'roi-totals',
  version: 4,
  summary:
    "Model calls, tokens, cost, people's hours and the multiplier by day, agent, model, deployment and execution",
  key: { day: day(), agent: text(), model: text(), deployment: text(), execution: text() },
  detail: ['execution'],
  ofStream: { category: 'execution', id: 'execution' },
  controls: { calls: { LlmCallRecorded: 1 } },
  measures: {
    calls: sum(),
    /** Those that neither their caller, nor the book then, nor a repricing since has a price for. */
    unpricedCalls: sum(),
    inputTokens: sum(),
    cachedInputTokens: sum(),
    outputTokens: sum(),
    reasoningTokens: sum(),
    costNanoUsd: moneySum(),
    /** The part of the cost that went into work that was voided. */
    sunkNanoUsd: moneySum(),
    /** What the calls cost by their latest repricing, those never repriced as billed. */
    repricedNanoUsd: moneySum(),
    humanMicroHours: sum(),
    humanCostNanoUsd: moneySum(),
    durationMs: histogram(),
  },
  contributes: {
    LlmCallRecorded: (event) => {
      const { data } = event;
      const billed = billedOf(event);
      const add = {
        calls: 1n,
        unpricedCalls: data.cost.source === 'unpriced' ? 1n : 0n,
        inputTokens: BigInt(data.inputTokens),
        cachedInputTokens: BigInt(data.cachedInputTokens),
        outputTokens: BigInt(data.outputTokens),
        reasoningTokens: BigInt(data.reasoningTokens),
        costNanoUsd: billed,
        repricedNanoUsd: billed,
        durationMs: observed(data.durationMs),
      };
      return [{ key: keyOfCall(event), add }];
    },
    CallsRepriced: (event) =>
      event.data.calls.map(
        ({ agent, model, occurredAt, deploymentId, previousNanoUsd, nanoUsd }) => ({
          key: {
            day: dayOf(occurredAt),
            agent,
            model,
            deployment: deploymentId,
            execution: executionOf(event),
          },
          add: {
            repricedNanoUsd: BigInt(nanoUsd) - BigInt(previousNanoUsd ?? 0),
            unpricedCalls: previousNanoUsd === null ? -1n : 0n,
          },
        }),
      ),
    BenefitEarned: (event) =>
      event.data.shares.map(({ agent, model, hours, nanoUsd }) => ({
        key: {
          day: dayOf(event.occurredAt),
          agent,
          model,
          deployment: event.deploymentId,
          execution: executionOf(event),
        },
        add: { humanMicroHours: microHoursOf(hours), humanCostNanoUsd: BigInt(nanoUsd) },
      })),
  },
  // Money that is spent stays spent; as-billed and as-repriced stand side by side, so both have it.
  sunk: {
    LlmCallRecorded: (event) => {
      const billed = billedOf(event);
      const add = { costNanoUsd: billed, sunkNanoUsd: billed, repricedNanoUsd: billed };
      return [{ key: keyOfCall(event), add }];
    },
  },
  time: 'day',
  sort: 'day',
  // Not by a spread with fields behind it, which takes ten times as long.
  present: ({ durationMs, ...row }) =>
    Object.assign(row, readableRoi(row), { durationMs: percentiles(durationMs as string) }),
  readings: roiReadings,
  presented: { durationMs: percentilesSchema, ...roiPresented },
});
