import { untold } from '../../commands';
import type { DecisionContext, RefusalCode, StandingContext } from '../../commands';
import type { CarriedCommand, Reference } from '../../commands/command';
import { isRefusal } from '../../commands/decider';
import type { Refusal } from '../../commands/decider';
import type { FlowState } from '../../commands/deployment/live-deployment.decider';
import type { PriceBook } from '../../commands/pricebook/pricebook.state';
import type { RepricingState } from '../../commands/repricing/repricing.decider';
import { voidedWork } from '../../commands/voided-work';
import type { DomainEvent } from '../../events';
import { Problem } from '../http/problem';
import { refusalStatus } from '../http/refusals';
import { aggregateOf } from './catalogue';
import type { CatalogueEntry } from './catalogue';
import { freshPart } from './decided-parts';
import type { DecidedPart, FreshParts } from './decided-parts';
import type { IssuedCommand } from './issued-command';
import { streamFor } from './referred-streams';
import type { Consulted } from './referred-streams';
import type { StreamState, StreamStates } from './stream-states';

/** What comes of a command: events, none where nothing changes, or the reason why not. */
export type Decided =
  | { readonly kind: 'events'; readonly events: readonly DomainEvent[] }
  | { readonly kind: 'problem'; readonly problem: Problem };

/** Asks deciders, on what is in memory. Nothing here waits, so that nobody comes in between. */
export class Decisions {
  private readonly untold: DecisionContext;

  constructor(
    context: StandingContext,
    private readonly states: StreamStates,
  ) {
    this.untold = untold(context);
  }

  /** What comes of the command for its own stream. */
  decide(
    { type, aggregate, definition }: CatalogueEntry,
    { id, data, issuance, learned }: IssuedCommand,
    stream: string,
    { version, state, voidedBy }: StreamState,
    consulted: Consulted | null,
  ): Decided {
    if (version === 0 && definition.opens !== true) return unknown(aggregate.category, id);
    if (voidedBy !== null && definition.evenIfVoid !== true) {
      return refused(voidedWork(stream, voidedBy));
    }
    if (issuance.ifMatch !== null && issuance.ifMatch !== version) {
      return problem(
        412,
        'version-mismatch',
        `${stream} is at version ${String(version)}, not at ${String(issuance.ifMatch)}`,
      );
    }
    const context = this.contextOf(issuance, learned, consulted);
    return decidedBy(aggregate.decide({ type, ...data }, state, context));
  }

  /**
   * The decision with what it means for the streams that it carries commands to, which are in memory: if one
   * of them refuses, nothing happens.
   */
  together(
    { own, ...first }: Omit<DecidedPart, 'events'> & { readonly own: Decided },
    carried: readonly CarriedCommand[],
    { issuance }: IssuedCommand,
  ): { readonly decided: Decided; readonly parts: FreshParts } {
    if (carried.length === 0) {
      const events = own.kind === 'events' ? own.events : [];
      return { decided: own, parts: [freshPart({ events, ...first })] };
    }
    const context = this.contextOf(issuance);
    const others = carried.map((one) => {
      const aggregate = aggregateOf(one.category);
      const stream = streamFor(one);
      const before = this.states.peek(stream) as StreamState;
      const decided = decidedBy(aggregate.decide(one.command, before.state, context));
      return { aggregate, stream, before, decided };
    });
    const decided = others.find((part) => part.decided.kind === 'problem')?.decided ?? own;
    const eventsOf = (part: Decided): readonly DomainEvent[] =>
      decided.kind === 'events' && part.kind === 'events' ? part.events : [];
    const parts: FreshParts = [
      freshPart({ events: eventsOf(own), ...first }),
      ...others.map((other) => freshPart({ ...other, events: eventsOf(other.decided) })),
    ];
    return { decided, parts };
  }

  private contextOf(
    { actor, occurredAt, deploymentId }: IssuedCommand['issuance'],
    learned?: IssuedCommand['learned'],
    consulted: Consulted | null = null,
  ): DecisionContext {
    const stateOf = (category: string): unknown =>
      consulted?.category === category ? consulted.before.state : undefined;
    const before = this.untold;
    return {
      ...before, // it has every field: one more in a literal with a spread costs a microsecond
      ...learned,
      book: (stateOf('pricebook') as PriceBook | undefined) ?? before.book,
      liveFlow: (stateOf('flow') as FlowState | undefined) ?? before.liveFlow,
      repricing: (stateOf('repricing') as RepricingState | undefined) ?? before.repricing,
      at: occurredAt,
      actor,
      deploymentId,
    };
  }
}

/** Why what a command refers to cannot be used, if so: it has to exist, and not to be void. */
export const unusable = (
  reference: Reference | undefined,
  origin: StreamState | null,
): Decided | undefined => {
  if (reference === undefined || origin === null) return undefined;
  if (origin.version === 0) return unknown(reference.category, reference.id);
  return origin.voidedBy === null
    ? undefined
    : refused(voidedWork(streamFor(reference), origin.voidedBy));
};

const problem = (status: number, code: string, detail: string): Decided => ({
  kind: 'problem',
  problem: new Problem(status, code, detail),
});

const unknown = (category: string, id: string): Decided =>
  problem(404, 'stream-unknown', `there is no ${category} ${id}`);

const refused = ({ refused: code, detail }: Refusal<RefusalCode>): Decided =>
  problem(refusalStatus[code], code, detail);

const decidedBy = (decision: readonly DomainEvent[] | Refusal<RefusalCode>): Decided =>
  isRefusal(decision) ? refused(decision) : { kind: 'events', events: decision };
