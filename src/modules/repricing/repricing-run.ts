import { Injectable } from '@nestjs/common';
import { streamOf } from '../../commands/aggregate';
import { thePricebook } from '../../commands/pricebook/the-pricebook';
import { emptyBook, evolve } from '../../commands/pricebook/pricebook.state';
import type { PriceBook, PricebookEvent } from '../../commands/pricebook/pricebook.state';
import { reprice } from '../../commands/repricing/reprice';
import type { Repriced, RepricingScope } from '../../commands/repricing/reprice';
import { CommandIntake } from '../command-bus/command-intake';
import { Problem } from '../http/problem';
import { LedgerReader } from '../ledger/ledger-reader';
import { eventsOf } from '../ledger/stream-events';
import { RecordedCalls } from './recorded-calls';
import type { ExecutionCalls } from './recorded-calls';
import { Tally } from './tally';

/** Calls in one fact at most. */
const callsInFact = 500;

const caller = { name: 'repricer', role: 'operator' } as const;

/** A repricing as it was asked for. */
export interface Repricing extends RepricingScope {
  readonly repricingId: string;
  readonly bookFacts: number;
}

/** Prices recorded calls anew: looks only, or records what changes. */
@Injectable()
export class RepricingRun {
  constructor(
    private readonly reader: LedgerReader,
    private readonly calls: RecordedCalls,
    private readonly intake: CommandIntake,
  ) {}

  /** What pricing the calls of `scope` by the book of now comes to; as far as it got when aborted. */
  async look(scope: RepricingScope, signal: AbortSignal): Promise<Tally> {
    const book = await this.bookOf(Infinity);
    const tally = new Tally();
    for await (const page of this.calls.pages(signal)) {
      for (const { executionId, events } of page) {
        tally.add(executionId, reprice(book, scope, events));
      }
    }
    return tally;
  }

  /**
   * Records what changes. Whatever an interrupted run has recorded is seen in the ledger, counts as
   * done, and is not recorded again.
   */
  async record(repricing: Repricing, signal: AbortSignal): Promise<Tally> {
    const book = await this.bookOf(repricing.bookFacts);
    const tally = new Tally();
    for await (const page of this.calls.pages(signal)) {
      await Promise.all(
        page.map(async (calls) => {
          tally.add(calls.executionId, await this.recorded(book, repricing, calls));
        }),
      );
    }
    return tally;
  }

  /** What was read before work was voided or reinstated is read again: of no void call a price is recorded. */
  private async recorded(
    book: PriceBook,
    repricing: Repricing,
    calls: ExecutionCalls,
  ): Promise<Repriced> {
    const { repricingId } = repricing;
    const repriced = reprice(book, repricing, calls.events, repricingId);
    try {
      await this.tell(repricingId, calls, repriced);
      return repriced;
    } catch (error) {
      if (!(error instanceof Problem && error.code === 'overtaken')) throw error;
      return this.recorded(book, repricing, await this.calls.again(calls.executionId));
    }
  }

  private async tell(
    repricing: string,
    { executionId, epoch }: ExecutionCalls,
    { changed }: Repriced,
  ): Promise<void> {
    for (let start = 0; start < changed.length; start += callsInFact) {
      const calls = changed.slice(start, start + callsInFact);
      await this.intake.take({
        name: 'record-repricing',
        body: { executionId, repricing, calls },
        caller,
        idempotencyKey: `${repricing}:${calls[0]?.call ?? ''}`,
        epoch,
        ifMatch: null,
        deploymentId: null,
        causationId: null,
        correlationId: repricing,
      });
    }
  }

  /** The price book as of its first `facts`. */
  private async bookOf(facts: number): Promise<PriceBook> {
    const { category, id } = thePricebook();
    const history = await eventsOf<PricebookEvent>(this.reader, streamOf(category, id));
    return history.slice(0, facts).reduce<PriceBook>(evolve, emptyBook);
  }
}
