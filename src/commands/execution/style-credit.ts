import type { DomainEvent } from '../../events';
import type { StyleOutcome } from '../../events/style.events';
import { isRefusal } from '../decider';
import type { Decider } from '../decider';
import type { PersistentMap } from '../persistent-map';
import { inFacts } from './in-facts';

type StyleEvent = DomainEvent<'StyleMemoryQueried' | 'StyleOutcomeRecorded'>;

interface ServedParagraph {
  readonly source: string;
  /** Whom it was served to first. */
  readonly agent: string | null;
  /** What it has been credited with: each outcome once an execution. */
  readonly outcomes: readonly StyleOutcome[];
}

/** The paragraphs of the style memory that an execution was served, by id. */
export type Served = PersistentMap<string, ServedParagraph>;

export const servedAfter = (served: Served, event: StyleEvent): Served => {
  if (event.type === 'StyleMemoryQueried') {
    const { agent, results } = event.data;
    const fresh = new Map<string, ServedParagraph>();
    for (const { paragraphId, source } of results) {
      if (served.has(paragraphId) || fresh.has(paragraphId)) continue;
      fresh.set(paragraphId, { source, agent, outcomes: [] });
    }
    return served.with(fresh);
  }
  const { outcome, paragraphs } = event.data;
  return served.with(
    paragraphs.map(({ paragraphId, source, agent }) => {
      const outcomes = served.get(paragraphId)?.outcomes ?? [];
      return [paragraphId, { source, agent, outcomes: [...outcomes, outcome] }];
    }),
  );
};

/** What an event of an execution says about the paragraphs it was written after, if anything. */
const outcomeOf = (event: DomainEvent): StyleOutcome | undefined => {
  if (event.type === 'ArticlePublished') return 'published';
  if (event.type === 'QualityScored' && event.data.decision === 'revise') return 'revised';
  return event.type === 'ExecutionFailed' ? 'failed' : undefined;
};

const creditOf = (served: Served, outcome: StyleOutcome): StyleEvent[] => {
  const paragraphs = [...served]
    .filter(([, { outcomes }]) => !outcomes.includes(outcome))
    .map(([paragraphId, { source, agent }]) => ({ paragraphId, source, agent }));
  return inFacts(paragraphs).map((some) => ({
    type: 'StyleOutcomeRecorded',
    data: { outcome, paragraphs: some },
  }));
};

/**
 * The rules of an execution, and behind each event that is an outcome, the fact of what it says
 * about the paragraphs served so far: a fold of that needs to look nothing up.
 */
export const creditingStyle = <
  State extends { readonly served: Served },
  Command,
  Event extends DomainEvent,
  Code extends string,
  Context,
>(
  rules: Decider<State, Command, Event | StyleEvent, Code, Context>,
): Decider<State, Command, Event | StyleEvent, Code, Context> => ({
  ...rules,
  decide: (command, state, context) => {
    const decision = rules.decide(command, state, context);
    if (isRefusal(decision) || state.served.isEmpty) return decision;
    return decision.flatMap((event) => {
      const outcome = outcomeOf(event);
      return outcome === undefined ? [event] : [event, ...creditOf(state.served, outcome)];
    });
  },
});
