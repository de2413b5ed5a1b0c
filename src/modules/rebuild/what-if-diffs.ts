import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem';
import { AsOfGenerations } from '../reading/as-of/as-of-generations';
import { isDropped, readFound } from '../reading/as-of/dropped';
import { HeldSides } from '../reading/moment-diffs/held-sides';
import type { Held, Sides } from '../reading/moment-diffs/held-sides';
import { readingFault } from '../reading/reading-database';
import { ReadModels } from '../reading/rows/read-models';
import { Generations } from '../projector/generations';
import { contentDiff, differences } from './diff/projection-diff';
import type { ProjectionDiff } from './diff/projection-diff';

const dropped = (generation: string): Problem =>
  new Problem(409, 'generation-dropped', `${generation} is dropped: begin another`);

/** What was made of a part of the ledger. */
export interface WhatIf {
  readonly projection: string;
  readonly generation: string;
  /** The last position that the part was looked for in. */
  readonly through: bigint;
}

/**
 * How a read model of a part of the ledger differs from that of all of it, up to the same position: no
 * difference is one that time makes.
 */
@Injectable()
export class WhatIfDiffs {
  constructor(
    private readonly models: ReadModels,
    private readonly generations: Generations,
    private readonly past: AsOfGenerations,
    private readonly sides: HeldSides,
  ) {}

  /**
   * Sees that each can be compared, before anything is told of any.
   *
   * @throws Problem 409 where one is dropped by now, or knows of work as void or not that was otherwise at its
   * position; 503 while the whole is being built, which goes on.
   */
  async ready(whatIfs: readonly WhatIf[]): Promise<void> {
    for (const whatIf of whatIfs) await this.sidesOf(whatIf);
  }

  /** @throws Problem as `ready` does. */
  async summary(whatIf: WhatIf, signal: AbortSignal): Promise<ProjectionDiff> {
    const { projection: name, through } = whatIf;
    const { snapshot, before, after, close } = await this.held(whatIf, signal);
    try {
      const content = await contentDiff(snapshot, this.models.named(name), before, after);
      const ledgerHash = await this.past.ledgerHashAt(through);
      return { projection: name, before, after, position: String(through), ledgerHash, ...content };
    } catch (error) {
      throw readingFault(error);
    } finally {
      await close();
    }
  }

  /** Every row that differs, as JSON lines. @throws Problem as `ready` does. */
  async *lines(whatIf: WhatIf, signal: AbortSignal): AsyncGenerator<string> {
    const { projection } = whatIf;
    const { snapshot, before, after, close } = await this.held(whatIf, signal);
    try {
      const rows = differences(snapshot, this.models.named(projection), before, after);
      for await (const row of rows) yield `${JSON.stringify({ projection, ...row })}\n`;
    } finally {
      await close();
    }
  }

  private async held(whatIf: WhatIf, signal: AbortSignal): Promise<Held> {
    const projection = this.models.named(whatIf.projection);
    try {
      return await readFound(
        () => this.sidesOf(whatIf),
        (sides) => this.sides.hold(projection, sides, signal),
      );
    } catch (error) {
      throw isDropped(error) ? dropped(whatIf.generation) : error;
    }
  }

  private async sidesOf({ projection, generation, through }: WhatIf): Promise<Sides> {
    const { id } = await this.past.at(this.models.named(projection), through);
    const all = new Map((await this.generations.all()).map((one) => [one.id, one]));
    const made = all.get(generation);
    if (made === undefined || made.state === 'dropping') throw dropped(generation);
    if (made.epoch !== all.get(id)?.epoch) {
      const detail = `work was voided or reinstated behind position ${through}, which ${generation} knows of: what it was then tells nothing of the part; begin one that goes on to the end`;
      throw new Problem(409, 'voided-since', detail);
    }
    return { before: id, after: generation };
  }
}
