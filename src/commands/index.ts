import { aggregate } from './aggregate';
import { executionCommands } from './execution/execution.commands';
import { execution } from './execution/execution.decider';
import type { ExecutionContext, ExecutionRefusal } from './execution/execution.decider';
import { articleCommands } from './style/article.commands';
import { article, articleOfParagraph } from './style/article.decider';
import type { ArticleContext, ArticleRefusal } from './style/article.decider';
import { styleQueryCommands } from './style/style-query.commands';
import { styleQuery } from './style/style-query.decider';
import type { StyleQueryRefusal } from './style/style-query.decider';

/** What deciders may know besides their own stream. */
export type DecisionContext = ExecutionContext & ArticleContext;

/** Every reason for which a command can be refused. */
export type RefusalCode = ExecutionRefusal | ArticleRefusal | StyleQueryRefusal;

/** Every kind of stream there is; the API, its validation and its document follow from this list. */
export const aggregates = [
  aggregate({
    category: 'execution',
    identifiedBy: 'executionId',
    commands: executionCommands,
    ignores: ['HeartbeatReceived', 'LlmCallRecorded'],
    decider: execution,
  }),
  aggregate({
    category: 'article',
    // A source is any text, which no stream could be named by.
    identifiedBy: ({ source, paragraphId }, { articleIdOf }: ArticleContext) =>
      typeof source === 'string' ? articleIdOf(source) : articleOfParagraph(String(paragraphId)),
    commands: articleCommands,
    ignores: [],
    decider: article,
  }),
  aggregate({
    category: 'style-query',
    identifiedBy: 'queryId',
    commands: styleQueryCommands,
    ignores: [],
    decider: styleQuery,
  }),
] as const;
