import { Injectable } from '@nestjs/common';
import type { Projection } from '../../../projections/projection';
import { contentDiff, differences } from '../../rebuild/diff/projection-diff';
import type { ContentDiff } from '../../rebuild/diff/projection-diff';
import { AsOfGenerations } from '../as-of/as-of-generations';
import { readFound } from '../as-of/dropped';
import { MomentAsked } from '../as-of/moment-asked';
import type { AsOf } from '../as-of/moment-asked';
import { EventLog } from '../events/event-log';
import { readingFault } from '../reading-database';
import { HeldSides } from './held-sides';
import type { Held, Sides } from './held-sides';
import type { MomentDiff } from './moment-diff.schemas';

const nothing: ContentDiff = { tables: [], parked: { before: 0, after: 0 } };

/** Two positions at which a projection is compared. */
export interface Moments {
  readonly projection: Projection;
  readonly before: bigint;
  readonly after: bigint;
}

/** How a read model differs from what it was at another moment. */
@Injectable()
export class MomentDiffs {
  constructor(
    private readonly held: HeldSides,
    private readonly log: EventLog,
    private readonly asked: MomentAsked,
    private readonly past: AsOfGenerations,
  ) {}

  /**
   * What is to be compared; `to` is the end of the ledger where it is not given.
   *
   * @throws Problem 400 for moments that lie ahead.
   */
  async moments(projection: Projection, from: AsOf, to?: AsOf): Promise<Moments> {
    const positions = await this.asked.positionsOf({ from, to: to ?? (await this.log.end()) });
    return { projection, before: positions.from, after: positions.to };
  }

  /**
   * Counts, sums and samples, as the text of an answer.
   *
   * @throws Problem 503 while a side is being built, which goes on, or for one diff too many.
   */
  async *summary(moments: Moments, signal: AbortSignal): AsyncGenerator<string> {
    const { projection, before, after } = moments;
    const content = before === after ? nothing : await this.content(moments, signal);
    const diff: Omit<MomentDiff, keyof ContentDiff> & ContentDiff = {
      projection: projection.name,
      version: projection.version,
      before: { position: String(before), ledgerHash: await this.past.ledgerHashAt(before) },
      after: { position: String(after), ledgerHash: await this.past.ledgerHashAt(after) },
      ...content,
    };
    yield JSON.stringify(diff);
  }

  /** Every row that differs, as JSON lines. @throws Problem as `summary` does. */
  async *lines(moments: Moments, signal: AbortSignal): AsyncGenerator<string> {
    const { projection } = moments;
    if (moments.before === moments.after) return;
    const { snapshot, before, after, close } = await this.hold(moments, signal);
    try {
      for await (const row of differences(snapshot, projection, before, after)) {
        yield `${JSON.stringify({ projection: projection.name, ...row })}\n`;
      }
    } finally {
      await close();
    }
  }

  private async content(moments: Moments, signal: AbortSignal): Promise<ContentDiff> {
    const { snapshot, before, after, close } = await this.hold(moments, signal);
    try {
      return await contentDiff(snapshot, moments.projection, before, after);
    } catch (error) {
      throw readingFault(error);
    } finally {
      await close();
    }
  }

  private hold(moments: Moments, signal: AbortSignal): Promise<Held> {
    return readFound(
      () => this.sides(moments),
      (sides) => this.held.hold(moments.projection, sides, signal),
    );
  }

  /** One after the other: of the two builds that a process has room for, a diff takes one. */
  private async sides({ projection, before, after }: Moments): Promise<Sides> {
    const generations = new Map<bigint, string>();
    for (const position of before < after ? [before, after] : [after, before]) {
      generations.set(position, (await this.past.at(projection, position)).id);
    }
    return { before: generations.get(before) ?? '', after: generations.get(after) ?? '' };
  }
}
