import { aggregate } from './aggregate';
import type { Aggregate } from './aggregate';
import { alertCommands } from './alert/alert.commands';
import { alert } from './alert/alert.decider';
import { rulebookCommands } from './alert/rulebook.commands';
import { rulebook } from './alert/rulebook.decider';
import { theRulebook } from './alert/the-rulebook';
import { archiveCommands } from './archive/archive.commands';
import { archive } from './archive/archive.decider';
import type { ArchiveContext } from './archive/partition';
import { deploymentCommands } from './deployment/deployment.commands';
import { deployment } from './deployment/deployment.decider';
import type { DeploymentContext } from './deployment/deployment.decider';
import { liveDeployment, stampOf, untouchedFlow } from './deployment/live-deployment.decider';
import { executionCommands } from './execution/execution.commands';
import { execution } from './execution/execution.decider';
import type { ExecutionContext } from './execution/execution.decider';
import { parkingCommands } from './parking/parking.commands';
import { parking } from './parking/parking.decider';
import type { ParkingContext } from './parking/parking.decider';
import { pricebookCommands } from './pricebook/pricebook.commands';
import { pricebook } from './pricebook/pricebook.decider';
import { emptyBook } from './pricebook/pricebook.state';
import { thePricebook } from './pricebook/the-pricebook';
import { rebuildCommands } from './rebuild/rebuild.commands';
import { rebuild } from './rebuild/rebuild.decider';
import type { RebuildContext } from './rebuild/rebuild.decider';
import { reversionCommands } from './rebuild/reversion.commands';
import { reversion } from './rebuild/reversion.decider';
import type { ReversionContext } from './rebuild/reversion.decider';
import { replayCommands } from './replay/replay.commands';
import { replay } from './replay/replay.decider';
import type { ReplayContext } from './replay/target';
import { repricingCommands } from './repricing/repricing.commands';
import { noRepricing, repricing } from './repricing/repricing.decider';
import { rollbackCommands } from './rollback/rollback.commands';
import { rollback } from './rollback/rollback.decider';
import type { RollbackContext } from './rollback/rollback.decider';
import { articleCommands } from './style/article.commands';
import { article, articleOfParagraph } from './style/article.decider';
import type { ArticleContext } from './style/article.decider';
import type { VoidedWorkRefusal } from './voided-work';
import { styleQueryCommands } from './style/style-query.commands';
import { styleQuery } from './style/style-query.decider';
import { subjectCommands } from './subject/subject.commands';
import { subject } from './subject/subject.decider';
import type { SubjectContext } from './subject/subject.decider';
import { webhookCommands, webhookStreamId } from './webhook/webhook.commands';
import { webhook } from './webhook/webhook.decider';
import type { WebhookContext } from './webhook/webhook.decider';

/** What deciders may know besides their own stream. */
export type DecisionContext = ExecutionContext &
  ArticleContext &
  ReplayContext &
  Omit<DeploymentContext, LearnedOfDeployment> &
  LearnedContext;

type LearnedOfDeployment = 'liveDeployment' | 'measures' | 'doneAgain';

/** The part of it that a command's companion finds out for it. */
export type LearnedContext = RebuildContext &
  ReversionContext &
  ParkingContext &
  RollbackContext &
  SubjectContext &
  ArchiveContext &
  WebhookContext &
  Pick<DeploymentContext, LearnedOfDeployment>;

/** For the commands that nobody finds anything out for. */
const nothingLearned: LearnedContext = {
  underWay: [],
  howFar: null,
  wayBack: null,
  unapplied: [],
  liveDeployment: null,
  measures: [],
  target: null,
  newestKey: null,
  partition: null,
  doneAgain: { streams: 0, such: [] },
  rollbackUnderWay: null,
  delivery: null,
};

/** The part of it that stays as it is from the start of the process. */
export type StandingContext = Omit<
  DecisionContext,
  'book' | 'liveFlow' | 'repricing' | 'at' | 'actor' | 'deploymentId' | keyof LearnedContext
>;

/** What is known before anything is said of a command, and before any other stream is consulted. */
export const untold = (standing: StandingContext): DecisionContext => ({
  ...standing,
  ...nothingLearned,
  book: emptyBook,
  liveFlow: untouchedFlow,
  repricing: noRepricing,
  at: '',
  actor: '',
  deploymentId: null,
});

/** Every kind of stream there is; the API, its validation and its document follow from this list. */
export const aggregates = [
  aggregate({
    category: 'execution',
    identifiedBy: 'executionId',
    commands: executionCommands,
    ignores: ['HeartbeatReceived', 'CallsRepriced'],
    skims: ['LlmCallRecorded'],
    decider: execution,
  }),
  aggregate({
    category: 'pricebook',
    identifiedBy: () => thePricebook().id,
    commands: pricebookCommands,
    ignores: [],
    decider: pricebook,
  }),
  aggregate({
    category: 'repricing',
    identifiedBy: 'repricingId',
    commands: repricingCommands,
    ignores: [],
    decider: repricing,
  }),
  aggregate({
    category: 'replay',
    identifiedBy: 'replayId',
    commands: replayCommands,
    ignores: [],
    decider: replay,
  }),
  aggregate({
    category: 'archive',
    identifiedBy: 'partition',
    commands: archiveCommands,
    ignores: [],
    decider: archive,
  }),
  aggregate({
    category: 'rebuild',
    identifiedBy: 'rebuildId',
    commands: rebuildCommands,
    ignores: [],
    decider: rebuild,
  }),
  aggregate({
    category: 'projection',
    identifiedBy: 'projection',
    commands: reversionCommands,
    ignores: ['ProjectionReverted'],
    decider: reversion,
  }),
  aggregate({
    category: 'parking',
    identifiedBy: 'projection',
    commands: parkingCommands,
    ignores: ['ParkedStreamRetried', 'ParkedEventsSkipped'],
    decider: parking,
  }),
  aggregate({
    category: 'deployment',
    identifiedBy: 'deploymentId',
    commands: deploymentCommands,
    ignores: [],
    decider: deployment,
  }),
  aggregate({
    category: 'flow',
    identifiedBy: 'flow',
    commands: {}, // it changes by what deployments carry, and by nothing else
    ignores: [],
    stampOf,
    decider: liveDeployment,
  }),
  aggregate({
    category: 'rollback',
    identifiedBy: 'rollbackId',
    commands: rollbackCommands,
    ignores: [],
    decider: rollback,
  }),
  aggregate({
    category: 'rulebook',
    identifiedBy: () => theRulebook().id,
    commands: rulebookCommands,
    ignores: [],
    decider: rulebook,
  }),
  aggregate({
    category: 'alert',
    identifiedBy: 'alert',
    commands: alertCommands,
    ignores: [],
    decider: alert,
  }),
  aggregate({
    category: 'webhook',
    identifiedBy: ({ endpoint }) => webhookStreamId(String(endpoint)),
    commands: webhookCommands,
    ignores: ['WebhookResendRequested'],
    decider: webhook,
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
  aggregate({
    category: 'subject',
    identifiedBy: 'subject',
    commands: subjectCommands,
    ignores: [],
    decider: subject,
  }),
] as const;

type RefusalOf<Kind> = Kind extends Aggregate<never, infer Code> ? Code : never;

/** Every reason for which a command can be refused. */
export type RefusalCode = RefusalOf<(typeof aggregates)[number]> | VoidedWorkRefusal;
