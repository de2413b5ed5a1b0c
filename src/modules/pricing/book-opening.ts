import { Injectable, Logger } from '@nestjs/common';
import { v7 as uuid } from 'uuid';
import { streamOf } from '../../commands/aggregate';
import { thePricebook } from '../../commands/pricebook/the-pricebook';
import { CommandIntake } from '../command-bus/command-intake';
import { Problem } from '../http/problem';
import { LedgerReader } from '../ledger/ledger-reader';
import { storedEventsOf } from '../ledger/stream-events';
import { firstFacts } from './first-facts';
import type { FirstFact } from './first-facts';

const caller = { name: 'flowledger', role: 'operator' } as const;

/** The fact recorded last, so that a book with it has them all. */
const lastFact = 'HourlyRateSet';

/** Fills the price book where nobody has yet. */
@Injectable()
export class BookOpening {
  private readonly logger = new Logger(BookOpening.name);

  constructor(
    private readonly reader: LedgerReader,
    private readonly intake: CommandIntake,
  ) {}

  /** Records the first facts, unless the book has them; of several processes at once it happens once. */
  async ensure(): Promise<void> {
    const { category, id } = thePricebook();
    const stream = streamOf(category, id);
    const known = await storedEventsOf(this.reader, stream);
    if (known.some(({ type }) => type === lastFact)) return;
    const facts = firstFacts();
    const correlationId = uuid();
    await Promise.all(facts.slice(0, -1).map((fact) => this.record(fact, correlationId)));
    await Promise.all(facts.slice(-1).map((fact) => this.record(fact, correlationId)));
    this.logger.log(`the price book begins with ${String(facts.length)} facts`);
  }

  private async record({ name, body, key }: FirstFact, correlationId: string): Promise<void> {
    const common = { caller, ifMatch: null, deploymentId: null, causationId: null };
    try {
      await this.intake.take({ ...common, name, body, idempotencyKey: key, correlationId });
    } catch (error) {
      // Begun by a version of this code with other prices, and interrupted: those stand.
      if (!(error instanceof Problem && error.code === 'idempotency-key-reused')) throw error;
    }
  }
}
