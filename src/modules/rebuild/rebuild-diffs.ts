import { Inject, Injectable } from '@nestjs/common';
import { DATABASE_URL } from '../database/database.tokens';
import { Problem } from '../http/problem';
import { Snapshot } from '../database/snapshot';
import { Generations } from '../projector/generations';
import type { Texts } from '../reading/open-streams';
import { ReadModels } from '../reading/rows/read-models';
import { differences } from './diff/projection-diff';
import type { ProjectionDiff } from './diff/projection-diff';
import { RebuildProgressReader } from './rebuild-progress';
import { WhatIfDiffs } from './what-if-diffs';

/** How long rows may take to be read: the view of the database that they are of is held as long. */
const longestMilliseconds = 600_000;

/**
 * What a rebuild changed, as it was compared, and row by row as long as both sides are there. A what-if of a
 * part of the ledger is compared when it is asked for.
 */
@Injectable()
export class RebuildDiffs {
  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    private readonly progress: RebuildProgressReader,
    private readonly models: ReadModels,
    private readonly generations: Generations,
    private readonly whatIfs: WhatIfDiffs,
  ) {}

  /** @throws Problem 404 for a rebuild that is not there, 409 for one that has compared nothing yet. */
  async summary(rebuildId: string): Promise<Texts> {
    const parts = await this.progress.whatIfs(rebuildId);
    const { whatIfs } = this;
    if (parts.length > 0) {
      return async function* (signal) {
        await whatIfs.ready(parts);
        const projections: ProjectionDiff[] = [];
        for (const part of parts) projections.push(await whatIfs.summary(part, signal));
        yield JSON.stringify({ rebuildId, projections });
      };
    }
    const projections = await this.compared(rebuildId);
    return async function* () {
      yield await Promise.resolve(JSON.stringify({ rebuildId, projections }));
    };
  }

  /** @throws Problem as for `summary`, and 409 where a side is dropped by now. */
  async lines(rebuildId: string): Promise<Texts> {
    const parts = await this.progress.whatIfs(rebuildId);
    const { whatIfs } = this;
    if (parts.length > 0) {
      return async function* (signal) {
        await whatIfs.ready(parts);
        for (const part of parts) yield* whatIfs.lines(part, signal);
      };
    }
    const compared = await this.compared(rebuildId);
    const there = new Set((await this.generations.all()).map(({ id }) => id));
    const gone = compared
      .flatMap(({ before, after }) => [before, after])
      .find((id) => !there.has(id));
    if (gone !== undefined) {
      throw new Problem(
        409,
        'generation-dropped',
        `${gone} is dropped; the summary is left, as JSON`,
      );
    }
    const { url, models } = this;
    return async function* (signal) {
      const until = AbortSignal.any([signal, AbortSignal.timeout(longestMilliseconds)]);
      const snapshot = await Snapshot.open(url, until);
      try {
        for (const { projection, before, after } of compared) {
          const rows = differences(snapshot, models.named(projection), before, after);
          for await (const row of rows) yield `${JSON.stringify({ projection, ...row })}\n`;
        }
      } finally {
        await snapshot.close();
      }
    };
  }

  private async compared(rebuildId: string): Promise<ProjectionDiff[]> {
    const { state, step } = await this.progress.read(rebuildId);
    const steps = await this.progress.steps(rebuildId);
    const diffs = steps.filter((one) => one.step === 'diff' && one.isDone);
    if (diffs.length === 0) {
      const detail =
        step === 'ended'
          ? `the rebuild is ${state}, and compared nothing`
          : `the rebuild has compared nothing yet: it is at ${step}`;
      throw new Problem(409, 'not-compared', detail);
    }
    return diffs.flatMap(({ detail }) => {
      const diff = detail?.['diff'] as ProjectionDiff | null | undefined;
      return diff ? [diff] : [];
    });
  }
}
