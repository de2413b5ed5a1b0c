import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem';
import { AsOfGenerations } from '../reading/as-of/as-of-generations';
import { readFound } from '../reading/as-of/dropped';
import { HeldSides } from '../reading/moment-diffs/held-sides';
import type { Held } from '../reading/moment-diffs/held-sides';
import { readingFault } from '../reading/reading-database';
import { Generations } from '../projector/generations';
import { contentDiff, differences } from './diff/projection-diff';
import type { ProjectionDiff } from './diff/projection-diff';
import { RebuildPlans } from './rebuild-plan';

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
    private readonly plans: RebuildPlans,
    private readonly generations: Generations,
    private readonly past: AsOfGenerations,
    private readonly sides: HeldSides,
  ) {}

  /** @throws Problem 409 where it is dropped by now; 503 while the whole is being built, which goes on. */
  async summary(whatIf: WhatIf, signal: AbortSignal): Promise<ProjectionDiff> {
    const { projection: name, through } = whatIf;
    const { snapshot, before, after, close } = await this.held(whatIf, signal);
    try {
      const content = await contentDiff(snapshot, this.plans.named(name), before, after);
      const ledgerHash = await this.past.ledgerHashAt(through);
      return { projection: name, before, after, position: String(through), ledgerHash, ...content };
    } catch (error) {
      throw readingFault(error);
    } finally {
      await close();
    }
  }

  /** Every row that differs, as JSON lines. @throws Problem as `summary` does. */
  async *lines(whatIf: WhatIf, signal: AbortSignal): AsyncGenerator<string> {
    const { projection } = whatIf;
    const { snapshot, before, after, close } = await this.held(whatIf, signal);
    try {
      const rows = differences(snapshot, this.plans.named(projection), before, after);
      for await (const row of rows) yield `${JSON.stringify({ projection, ...row })}\n`;
    } finally {
      await close();
    }
  }

  private async held(
    { projection: name, generation, through }: WhatIf,
    signal: AbortSignal,
  ): Promise<Held> {
    const projection = this.plans.named(name);
    const made = (await this.generations.all()).find(({ id }) => id === generation);
    if (made === undefined || made.state === 'dropping') {
      throw new Problem(409, 'generation-dropped', `${generation} is dropped: begin another`);
    }
    return readFound(
      async () => ({ before: (await this.past.at(projection, through)).id, after: generation }),
      (sides) => this.sides.hold(projection, sides, signal),
    );
  }
}
