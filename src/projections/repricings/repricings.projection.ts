import { z } from 'zod';
import { idOfStream } from '../../events/event-metadata';
import { usdOf } from '../../events/money';
import { exactOf } from '../answered';
import { maximum, minimum, moneySum, sum, text } from '../columns';
import { totals } from '../projection';

const statusOf = (completed: bigint, cancelled: bigint): string => {
  if (cancelled > 0n) return 'cancelled';
  return completed > 0n ? 'completed' : 'running';
};

/** Every repricing: what it has changed so far, and how it ended. */
export const repricings = totals({
  name: 'repricings',
  version: 2,
  summary: 'Repricings of recorded calls: status, calls changed so far, and the difference in cost',
  key: { repricing: text() },
  measures: {
    started: sum(),
    completed: sum(),
    cancelled: sum(),
    changedCalls: sum(),
    previousNanoUsd: moneySum(),
    repricedNanoUsd: moneySum(),
    startedAt: minimum(),
    lastAt: maximum(),
  },
  contributes: {
    RepricingStarted: ({ stream, recordedAt }) => [
      {
        key: { repricing: idOfStream(stream, 'repricing') },
        add: { started: 1n, startedAt: recordedAt, lastAt: recordedAt },
      },
    ],
    RepricingCompleted: ({ stream, recordedAt }) => [
      {
        key: { repricing: idOfStream(stream, 'repricing') },
        add: { completed: 1n, lastAt: recordedAt },
      },
    ],
    RepricingCancelled: ({ stream, recordedAt }) => [
      {
        key: { repricing: idOfStream(stream, 'repricing') },
        add: { cancelled: 1n, lastAt: recordedAt },
      },
    ],
    CallsRepriced: ({ data, recordedAt }) =>
      data.calls.map(({ previousNanoUsd, nanoUsd }) => ({
        key: { repricing: data.repricing },
        add: {
          changedCalls: 1n,
          previousNanoUsd: BigInt(previousNanoUsd ?? 0),
          repricedNanoUsd: BigInt(nanoUsd),
          lastAt: recordedAt,
        },
      })),
  },
  time: 'startedAt',
  sort: '-startedAt',
  present: (row) => ({
    ...row,
    status: statusOf(exactOf(row, 'completed'), exactOf(row, 'cancelled')),
    differenceUsd: usdOf(exactOf(row, 'repricedNanoUsd') - exactOf(row, 'previousNanoUsd')),
  }),
  presented: { status: z.enum(['running', 'completed', 'cancelled']), differenceUsd: z.number() },
});
