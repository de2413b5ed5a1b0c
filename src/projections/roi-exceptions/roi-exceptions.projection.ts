import { z } from 'zod';
import type { RecordedEvent } from '../../events';
import { idOfStream } from '../../events/event-metadata';
import { exactOf } from '../answered';
import { day, moneySum, sum, text } from '../columns';
import { dayOf } from '../days';
import { totals } from '../projection';

/** Whether a reported cost is off the computed one by more than a hundredth of it. */
const deviates = (reported: bigint, computed: bigint): boolean => {
  const off = reported > computed ? reported - computed : computed - reported;
  return off * 100n > computed;
};

const percentOff = (reported: bigint, computed: bigint): number | null =>
  computed === 0n ? null : Number(((reported - computed) * 10_000n) / computed) / 100;

const keyOf = (event: RecordedEvent<'LlmCallRecorded'>, kind: string) => {
  const { data, occurredAt, deploymentId: deployment, stream, eventId: call } = event;
  const { agent, model } = data;
  const execution = idOfStream(stream, 'execution');
  return { day: dayOf(occurredAt), kind, agent, model, deployment, execution, call };
};

/** The calls that somebody should look at: without a price, or reported otherwise than computed. */
export const roiExceptions = totals({
  name: 'roi-exceptions',
  version: 3,
  summary:
    'Calls without a price (`unpriced`), and those whose reported cost is over 1 % off the computed (`deviating`)',
  key: {
    day: day(),
    kind: text(),
    agent: text(),
    model: text(),
    deployment: text(),
    execution: text(),
    call: text(),
  },
  ofStream: { category: 'execution', id: 'execution' },
  measures: {
    /** 1, or 0 once a repricing has found a price. */
    open: sum(),
    reportedNanoUsd: moneySum(),
    computedNanoUsd: moneySum(),
    /** The part of it that stands against a reported cost: the rest is of calls that had no price. */
    comparedNanoUsd: moneySum(),
  },
  contributes: {
    LlmCallRecorded: (event) => {
      const { cost } = event.data;
      if (cost.source === 'unpriced') return [{ key: keyOf(event, 'unpriced'), add: { open: 1n } }];
      if (cost.source === 'computed' || cost.computed === null) return [];
      const reportedNanoUsd = BigInt(cost.nanoUsd);
      const computedNanoUsd = BigInt(cost.computed.nanoUsd);
      if (!deviates(reportedNanoUsd, computedNanoUsd)) return [];
      const comparedNanoUsd = computedNanoUsd;
      const add = { open: 1n, reportedNanoUsd, computedNanoUsd, comparedNanoUsd };
      return [{ key: keyOf(event, 'deviating'), add }];
    },
    CallsRepriced: ({ data, stream }) =>
      data.calls
        .filter(({ previousNanoUsd }) => previousNanoUsd === null)
        .map(({ call, agent, model, occurredAt, deploymentId, nanoUsd }) => ({
          key: {
            day: dayOf(occurredAt),
            kind: 'unpriced',
            agent,
            model,
            deployment: deploymentId,
            execution: idOfStream(stream, 'execution'),
            call,
          },
          add: { open: -1n, computedNanoUsd: BigInt(nanoUsd) },
        })),
  },
  time: 'day',
  sort: '-day',
  present: (row) => {
    const off = percentOff(exactOf(row, 'reportedNanoUsd'), exactOf(row, 'comparedNanoUsd'));
    return Object.assign({ ...row }, { percentOff: off });
  },
  presented: { percentOff: z.number().nullable() },
});
