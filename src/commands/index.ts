import { aggregate } from './aggregate';
import { executionCommands } from './execution/execution.commands';
import { execution } from './execution/execution.decider';
import type { ExecutionContext, ExecutionRefusal } from './execution/execution.decider';
import { pricebookCommands } from './pricebook/pricebook.commands';
import { pricebook } from './pricebook/pricebook.decider';
import { repricingCommands } from './repricing/repricing.commands';
import { repricing } from './repricing/repricing.decider';
import type { RepricingRefusal } from './repricing/repricing.decider';

/** What deciders may know besides their own stream. */
export type DecisionContext = ExecutionContext;

/** The part of it that stays as it is from the start of the process. */
export type StandingContext = Pick<DecisionContext, 'flows'>;

/** Every reason for which a command can be refused. */
export type RefusalCode = ExecutionRefusal | RepricingRefusal;

const pricebookAggregate = aggregate({
  category: 'pricebook',
  identifiedBy: { only: 'main' },
  commands: pricebookCommands,
  ignores: [],
  decider: pricebook,
});

/** The streams that decisions of others may rest on. */
export const consulted = {
  pricebook: { aggregate: pricebookAggregate, stream: 'pricebook-main' },
} as const;

/** Every kind of stream there is; the API, its validation and its document follow from this list. */
export const aggregates = [
  aggregate({
    category: 'execution',
    identifiedBy: 'executionId',
    commands: executionCommands,
    ignores: ['HeartbeatReceived', 'LlmCallRecorded', 'CallsRepriced'],
    decider: execution,
  }),
  pricebookAggregate,
  aggregate({
    category: 'repricing',
    identifiedBy: 'repricingId',
    commands: repricingCommands,
    ignores: [],
    decider: repricing,
  }),
] as const;
