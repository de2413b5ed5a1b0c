import { nanoUsdOf } from '../../events/money';
import { usd } from '../cli/amounts';
import type { ExecutionEntry, LegacyLog } from './legacy-log';
import { tallyOf, tokensOf } from './tally';

/** A total that the file gives and that its calls do not add up to. */
export interface Deviation {
  /** Place in the file; null for the summary. */
  readonly index: number | null;
  readonly id: string | null;
  readonly field: string;
  /** As the file has it. */
  readonly file: string;
  /** What the calls add up to, exact. */
  readonly calls: string;
  /** `rounded` where it is the exact figure rounded to the digits shown. */
  readonly verdict: 'rounded' | 'differs';
}

/** The digits the tracker rounds to: a zero at the end is not shown, but was kept. */
const executionDigits = 4;
const summaryDigits = 2;

const digitsShown = (value: number): number => {
  const [mantissa = '', exponent = '0'] = value.toString().split('e');
  return Math.max(0, (mantissa.split('.')[1] ?? '').length - Number(exponent));
};

/** Whether `shown` may be `exact` (nano-dollars) rounded, whichever way a tie went. */
const isRounded = (shown: number, exact: bigint, digits: number): boolean => {
  const kept = Math.min(9, Math.max(digits, digitsShown(shown)));
  const off = nanoUsdOf(shown) - exact;
  return 2n * (off < 0n ? -off : off) <= 10n ** BigInt(9 - kept);
};

type Where = Pick<Deviation, 'index' | 'id'>;

const ofCount = (where: Where, field: string, file: number | null, calls: bigint): Deviation[] =>
  file === null || BigInt(file) === calls
    ? []
    : [{ ...where, field, file: String(file), calls: String(calls), verdict: 'differs' }];

const ofCost = (
  where: Where,
  file: number | null,
  calls: bigint,
  isExplained: (file: number) => boolean,
): Deviation[] => {
  if (file === null || nanoUsdOf(file) === calls) return [];
  const verdict = isExplained(file) ? 'rounded' : 'differs';
  return [
    { ...where, field: 'total_cost_usd', file: usd(nanoUsdOf(file)), calls: usd(calls), verdict },
  ];
};

const ofExecution = (entry: ExecutionEntry): Deviation[] => {
  const { execution, index } = entry;
  const where = { index, id: execution.execution_id };
  const sums = tallyOf([entry]);
  const ofCalls = execution.llm_calls.flatMap((call, at) =>
    ofCount(
      where,
      `llm_calls[${at}].total_tokens`,
      call.total_tokens,
      BigInt(call.input_tokens) + BigInt(call.output_tokens),
    ),
  );
  return [
    ...ofCalls,
    ...ofCount(where, 'total_input_tokens', execution.total_input_tokens, sums.inputTokens),
    ...ofCount(where, 'total_output_tokens', execution.total_output_tokens, sums.outputTokens),
    ...ofCount(where, 'total_tokens', execution.total_tokens, tokensOf(sums)),
    ...ofCost(where, execution.total_cost_usd, sums.costNanoUsd, (file) =>
      isRounded(file, sums.costNanoUsd, executionDigits),
    ),
  ];
};

/**
 * Every total of the file that is not what its calls add up to. The summary's cost counts as rounded
 * also where it is the rounded sum of the costs of the executions, which were rounded before.
 */
export const deviationsOf = ({ entries, summary }: LegacyLog): Deviation[] => {
  const found = entries.flatMap(ofExecution);
  if (summary === null) return found;
  const where = { index: null, id: null };
  const sums = tallyOf(entries);
  const ofRounded = entries.reduce(
    (sum, { execution }) => sum + nanoUsdOf(execution.total_cost_usd ?? 0),
    0n,
  );
  return [
    ...found,
    ...ofCount(where, 'total_executions', summary.total_executions, BigInt(entries.length)),
    ...ofCount(where, 'total_tokens', summary.total_tokens, tokensOf(sums)),
    ...ofCost(where, summary.total_cost_usd, sums.costNanoUsd, (file) =>
      [sums.costNanoUsd, ofRounded].some((exact) => isRounded(file, exact, summaryDigits)),
    ),
  ];
};
