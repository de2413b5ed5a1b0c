import type { CallCost } from '../../events/execution.events';
import { nanoUsdOf } from '../../events/money';
import { shareOf } from '../pricebook/benefit';
import { computedCost } from '../pricebook/pricing';
import type { PriceBook } from '../pricebook/pricebook.state';
import type { ExecutionCommand } from './execution.commands';
import type { ExecutionEvent, ExecutionState } from './execution.state';
import { inFacts } from './in-facts';

type RecordLlmCall = Extract<ExecutionCommand, { type: 'RecordLlmCall' }>;

interface Context {
  readonly book: PriceBook;
  readonly at: string;
}

/** What was reported wins; the book's figure stands beside it. What neither knows is unpriced. */
const costOf = (command: RecordLlmCall, { book, at }: Context): CallCost => {
  const computed = computedCost(book, command.model, command, at);
  if (command.costUsd !== undefined) {
    return { source: 'reported', nanoUsd: String(nanoUsdOf(command.costUsd)), computed };
  }
  return computed === null ? { source: 'unpriced' } : { source: 'computed', ...computed };
};

/** The hours of people in place of these agents, where the book has a benchmark for them. */
const earned = (
  agents: readonly (readonly [string, { readonly model: string }])[],
  { book, at }: Context,
): ExecutionEvent[] => {
  const shares = agents.flatMap(([agent, { model }]) => shareOf(book, agent, model, at) ?? []);
  return inFacts(shares).map((some) => ({ type: 'BenefitEarned', data: { shares: some } }));
};

/** The benefit of all agents whose hours are not counted yet: once for each in an execution. */
export const benefitOf = ({ agents }: ExecutionState, context: Context): ExecutionEvent[] =>
  earned(
    [...agents].filter(([, { credited }]) => !credited),
    context,
  );

/**
 * A call as a fact. The first of an agent says that it takes part; where the work has already
 * brought its benefit (it was published, or completed), the late-comer's counts at once.
 */
export const recordCall = (
  command: RecordLlmCall,
  state: ExecutionState,
  context: Context,
): readonly ExecutionEvent[] => {
  const { agent, model, inputTokens, cachedInputTokens, outputTokens, reasoningTokens } = command;
  const tokens = { inputTokens, cachedInputTokens, outputTokens, reasoningTokens };
  const durationMs = Math.round(command.durationSeconds * 1000);
  const cost = costOf(command, context);
  const engages = !state.agents.has(agent);
  const { metadata, subject } = command;
  const call = { agent, model, ...tokens, durationMs, cost, engages, metadata };
  const data = subject === undefined ? call : { ...call, subject };
  const recorded: ExecutionEvent = { type: 'LlmCallRecorded', data };
  const hasPaidOff = state.published || state.status === 'completed';
  return [recorded, ...(engages && hasPaidOff ? earned([[agent, { model }]], context) : [])];
};
