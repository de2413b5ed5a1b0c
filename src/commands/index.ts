import { aggregate } from './aggregate';
import { executionCommands } from './execution/execution.commands';
import { execution } from './execution/execution.decider';
import type { ExecutionContext, ExecutionRefusal } from './execution/execution.decider';

/** What deciders may know besides their own stream. */
export type DecisionContext = ExecutionContext;

/** Every reason for which a command can be refused. */
export type RefusalCode = ExecutionRefusal;

/** Every kind of stream there is; the API, its validation and its document follow from this list. */
export const aggregates = [
  aggregate({
    category: 'execution',
    identifiedBy: 'executionId',
    commands: executionCommands,
    ignores: ['HeartbeatReceived', 'LlmCallRecorded'],
    decider: execution,
  }),
] as const;
