import { Injectable } from '@nestjs/common';
import { streamOf } from '../../commands/aggregate';
import { rulebook } from '../../commands/alert/rulebook.decider';
import type { Rulebook, RulebookEvent } from '../../commands/alert/rulebook.decider';
import { theRulebook } from '../../commands/alert/the-rulebook';
import type { RecordedEvent } from '../../events';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';
import type { RuleInForce } from './alert-rules.schemas';

const { category, id } = theRulebook();
const stream = streamOf(category, id);

/** The alert rules in force, as the ledger has them. */
@Injectable()
export class RecordedRules {
  constructor(private readonly reader: LedgerReader) {}

  /** @throws LedgerUnavailable while the database is away. */
  async inForce(): Promise<Rulebook> {
    return (await this.history()).reduce<Rulebook>(rulebook.evolve, rulebook.initialState);
  }

  /** The same with who said so last, by name. */
  async listed(): Promise<RuleInForce[]> {
    const history = await this.history();
    const rules = history.reduce<Rulebook>(rulebook.evolve, rulebook.initialState);
    const last = new Map(history.map((event) => [event.data.rule, event]));
    return [...rules]
      .map(([, { rule, ...how }]) => {
        const said = last.get(rule);
        return { rule, ...how, setBy: said?.actor ?? null, setAt: said?.occurredAt ?? null };
      })
      .sort((left, right) => (left.rule < right.rule ? -1 : 1));
  }

  private history(): Promise<readonly (RecordedEvent & RulebookEvent)[]> {
    return eventsOf<RulebookEvent>(this.reader, stream);
  }
}
