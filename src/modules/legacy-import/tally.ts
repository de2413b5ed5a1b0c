import { nanoUsdOf } from '../../events/money';
import type { ExecutionEntry } from './legacy-log';
import type { LegacyCall } from './legacy-log.schema';
import type { PlannedCommand } from './plan';

/** Exact sums over a part of the log. */
export interface Tally {
  executions: number;
  /** Those without an end. */
  waiting: number;
  ended: number;
  calls: number;
  unpricedCalls: number;
  inputTokens: bigint;
  outputTokens: bigint;
  costNanoUsd: bigint;
}

export const emptyTally = (): Tally => ({
  executions: 0,
  waiting: 0,
  ended: 0,
  calls: 0,
  unpricedCalls: 0,
  inputTokens: 0n,
  outputTokens: 0n,
  costNanoUsd: 0n,
});

export const tokensOf = ({ inputTokens, outputTokens }: Tally): bigint =>
  inputTokens + outputTokens;

/** How many commands it stands for. */
export const commandsIn = ({ executions, waiting, ended, calls }: Tally): number =>
  executions + waiting + ended + calls;

/** Counts one model call. */
export const addCall = (
  tally: Tally,
  { input_tokens, output_tokens, cost_usd }: LegacyCall,
): void => {
  tally.calls += 1;
  tally.inputTokens += BigInt(input_tokens);
  tally.outputTokens += BigInt(output_tokens);
  if (cost_usd === null) tally.unpricedCalls += 1;
  else tally.costNanoUsd += nanoUsdOf(cost_usd);
};

/** Counts what one command stands for. */
export const addCommand = (tally: Tally, { kind, call }: PlannedCommand): void => {
  if (kind === 'start') tally.executions += 1;
  if (kind === 'wait') tally.waiting += 1;
  if (kind === 'end') tally.ended += 1;
  if (call !== null) addCall(tally, call.call);
};

/** What the calls of the given executions add up to. */
export const tallyOf = (entries: Iterable<ExecutionEntry>): Tally => {
  const tally = emptyTally();
  for (const { calls, endedAt } of entries) {
    tally.executions += 1;
    if (endedAt === null) tally.waiting += 1;
    else tally.ended += 1;
    for (const { call } of calls) addCall(tally, call);
  }
  return tally;
};
