import { Inject, Injectable } from '@nestjs/common';
import type { Projection } from '../../projections/projection';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { DATABASE_URL } from '../database/database.tokens';
import { pause } from '../pacing/pause';
import { PROJECTIONS } from '../projector/projections.token';
import { Snapshot } from '../database/snapshot';
import { diffOf } from '../rebuild/diff/projection-diff';
import type { ProjectionDiff } from '../rebuild/diff/projection-diff';
import { RebuildProgressReader } from '../rebuild/rebuild-progress';
import { RecordedRebuilds, hasEndedInVain } from '../rebuild/recorded-rebuilds';
import type { ReadModelReturn } from './read-model-returns';
import type { Rollback } from './recorded-rollbacks';
import { RehearsalRebuilds } from './rehearsal-rebuilds';
import { rollbackCaller } from './rollback-caller';
import { takenOf } from './rollback-progress';
import { StepFailure } from './rollback-step';
import type { StepOutcome } from './rollback-step';
import type { WhatIf } from './rollback.schemas';
import { summedColumnsOf } from './summed-columns';

const lookMilliseconds = 200;
const longestDiffMilliseconds = 600_000;

const whatIfOf = (
  how: WhatIf['how'],
  projection: Projection,
  { after: generation, position, tables }: ProjectionDiff,
): WhatIf => {
  const [table] = tables; // the other, where there is one, has the same sums
  const { rows = { before: 0, after: 0 }, added = 0, missing = 0, changed = 0 } = table ?? {};
  const summed = summedColumnsOf(projection).map(({ name }) => name);
  const totals = (table?.totals ?? []).filter(
    ({ column, before, after }) => before !== after && summed.includes(column),
  );
  return {
    projection: projection.name,
    how,
    generation,
    position,
    rows: { ...rows },
    added,
    missing,
    changed,
    totals: totals.map((one) => ({ ...one })),
  };
};

const sentence = ({ projection, how, rows, changed }: WhatIf): string =>
  `${projection} (${how}: rows ${String(rows.before)} to ${String(rows.after)}, ${String(changed)} changed)`;

/**
 * Read models as they would be after a rollback, beside the live ones: what would be built is built, by a
 * dry run of a rebuild that is found again after a crash; what is warm is compared as it is.
 */
@Injectable()
export class RehearsedReadModels {
  constructor(
    @Inject(DATABASE_URL) private readonly url: string,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
    private readonly rebuilds: RecordedRebuilds,
    private readonly progress: RebuildProgressReader,
    private readonly intake: CommandIntake,
    private readonly rehearsals: RehearsalRebuilds,
  ) {}

  async take(rollback: Rollback, signal: AbortSignal): Promise<StepOutcome> {
    const details = takenOf(rollback, 'check-target')?.data.details ?? {};
    const returns = (details['readModels'] ?? []) as unknown as readonly ReadModelReturn[];
    const anew = returns.filter(({ how }) => how === 'rebuild' || how === 'renew');
    const whatIf = [
      ...(await this.built(rollback, anew, signal)),
      ...(await this.warm(
        returns.filter(({ how }) => how === 'repoint'),
        signal,
      )),
    ];
    const evidence =
      whatIf.length === 0
        ? 'every read model would stay the one it is'
        : `would be: ${whatIf.map(sentence).join(', ')}`;
    return { evidence, details: { whatIf } };
  }

  private async built(
    { rollbackId, started }: Rollback,
    returns: readonly ReadModelReturn[],
    signal: AbortSignal,
  ): Promise<WhatIf[]> {
    if (returns.length === 0) return [];
    const rebuildId = await this.rehearsals.idOf(rollbackId);
    if ((await this.rebuilds.find(rebuildId)) === null) {
      const projections = returns.map(({ projection }) => projection);
      const without = started.mode === 'data' ? { without: started.deploymentId } : {};
      await issueOwn(this.intake, {
        name: 'start-rebuild',
        body: { rebuildId, projections, dryRun: true, ...without },
        caller: rollbackCaller,
        correlationId: rollbackId,
      });
    }
    await this.untilBuilt(rebuildId, signal);
    const steps = await this.progress.steps(rebuildId);
    return returns.flatMap(({ projection: name, how }) => {
      const projection = this.projections.find((one) => one.name === name);
      const step = steps.find((one) => one.projection === name && one.step === 'diff');
      const diff = step?.detail?.['diff'] as ProjectionDiff | null | undefined;
      return diff && projection ? [whatIfOf(how as WhatIf['how'], projection, diff)] : [];
    });
  }

  private async untilBuilt(rebuildId: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const found = await this.rebuilds.find(rebuildId);
      if (found?.status === 'completed') return;
      if (found !== null && hasEndedInVain(found)) {
        const why = found.reason ?? found.status;
        const cause = `${rebuildId}, which builds what would be, is ${found.status}: ${why}`;
        throw new StepFailure(cause, [], [why]);
      }
      await pause(lookMilliseconds, signal);
    }
  }

  private async warm(returns: readonly ReadModelReturn[], signal: AbortSignal): Promise<WhatIf[]> {
    const found: WhatIf[] = [];
    for (const { projection: name, from, to } of returns) {
      const projection = this.projections.find((one) => one.name === name);
      if (projection === undefined || from === null || to === null) continue;
      const diff = await this.compared(projection, from, to, signal);
      found.push(whatIfOf('repoint', projection, diff));
    }
    return found;
  }

  /** Both are fed alike, so they stand at one position at one look or another. */
  private async compared(
    projection: Projection,
    from: string,
    to: string,
    signal: AbortSignal,
  ): Promise<ProjectionDiff> {
    for (;;) {
      const until = AbortSignal.any([signal, AbortSignal.timeout(longestDiffMilliseconds)]);
      const snapshot = await Snapshot.open(this.url, until);
      try {
        const diff = await diffOf(snapshot, projection, from, to);
        if (diff !== null) return diff;
      } catch (error) {
        if (!until.aborted || signal.aborted) throw error;
        const cause = `${to} could not be compared with ${from} within ${String(longestDiffMilliseconds / 1_000)} s`;
        throw new StepFailure(cause, [], [cause]);
      } finally {
        await snapshot.close();
      }
      await pause(lookMilliseconds, signal);
      signal.throwIfAborted();
    }
  }
}
