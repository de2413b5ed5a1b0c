import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem';
import { ReadingDatabase } from '../reading/reading-database';
import { RecordedRebuilds } from './recorded-rebuilds';
import type { Rebuild } from './recorded-rebuilds';
import { RebuildSteps } from './rebuild-steps';
import type { StepRow } from './rebuild-steps';
import type { RebuildProgress } from './rebuild.schemas';
import type { WhatIf } from './what-if-diffs';

const passSql = `
select total::float8, done::float8, fault, (done - run_from)::float8 as "runDone",
  extract(epoch from moved_at - run_since)::float8 as "runSeconds"
from ops.rebuilds where rebuild = $1`;

/** The pass over the ledger as it is told. */
export interface PassRow {
  readonly total: number;
  readonly done: number;
  readonly fault: string | null;
  readonly runDone: number;
  readonly runSeconds: number;
}

type Part = RebuildProgress['projections'][number];

/** While the step is under way its detail says how far it is. */
const provenOf = (row: StepRow | undefined): Pick<Part, 'verifying' | 'verification'> => {
  const detail = row?.detail ?? null;
  if (row?.isDone !== true) {
    return { verifying: detail as Part['verifying'], verification: null };
  }
  // Before there was a proof, the step told of a place alone.
  const isProof = detail !== null && 'holds' in detail;
  return { verifying: null, verification: isProof ? (detail as Part['verification']) : null };
};

const partOf = (projection: string, all: readonly StepRow[]): Part => {
  const own = all.filter((row) => row.projection === projection);
  const detailOf = (step: StepRow['step']): Readonly<Record<string, unknown>> | null =>
    own.find((row) => row.step === step)?.detail ?? null;
  return {
    projection,
    generation: own.at(-1)?.generation ?? null,
    step: own.at(-1)?.step ?? null,
    rows: (detailOf('bulk-fold')?.['rows'] as number | undefined) ?? null,
    differences: (detailOf('diff')?.['counts'] as Part['differences'] | undefined) ?? null,
    parked: (detailOf('diff')?.['parked'] as number | undefined) ?? null,
    ...provenOf(own.find(({ step }) => step === 'verify')),
  };
};

/** How a rebuild is, from the ledger's word on it, its steps, and its pass, where it has one. */
export const progressOf = (
  rebuild: Rebuild,
  steps: readonly StepRow[],
  pass: PassRow | undefined,
): RebuildProgress => {
  const { rebuildId, started, status, waits, reason } = rebuild;
  const { cutover, dryRun, scope, maxEventsPerSecond, projections } = started.data;
  const state = status === 'absent' ? 'running' : status; // it has started, so it is not absent
  const isOpen = state === 'running' || state === 'paused' || state === 'waiting';
  const [done, total] = [pass?.done ?? 0, pass?.total ?? null];
  const isFolding = state === 'running' && total !== null && done < total;
  const rate =
    isFolding && pass !== undefined && pass.runSeconds > 0 ? pass.runDone / pass.runSeconds : 0;
  return {
    rebuildId,
    state,
    done,
    total,
    step: isOpen ? (steps.at(-1)?.step ?? 'plan') : 'ended',
    ratePerSecond: Math.round(rate),
    secondsLeft: rate > 0 ? Math.ceil(((total ?? 0) - done) / rate) : null,
    projections: projections.map((name) => partOf(name, steps)),
    waitsFor: waits === null ? null : { why: waits.why, projections: [...waits.projections] },
    cutover,
    dryRun,
    scope,
    maxEventsPerSecond,
    reason,
    fault: state === 'running' ? (pass?.fault ?? null) : null,
  };
};

/** Tells how rebuilds are, whichever process carries them out. */
@Injectable()
export class RebuildProgressReader {
  constructor(
    private readonly database: ReadingDatabase,
    private readonly rebuilds: RecordedRebuilds,
  ) {}

  /** @throws Problem 404 where there is none of that id. */
  async read(rebuildId: string): Promise<RebuildProgress> {
    const rebuild = await this.rebuilds.find(rebuildId);
    if (rebuild === null) {
      throw new Problem(404, 'rebuild-unknown', `there is no rebuild ${rebuildId}`);
    }
    const [pass] = await this.database.ask<PassRow>(passSql, [rebuildId]);
    return progressOf(rebuild, await this.steps(rebuildId), pass);
  }

  /** Its steps, in the order in which they were begun. */
  steps(rebuildId: string): Promise<StepRow[]> {
    return this.stepsOf(rebuildId).all();
  }

  /** What it made of a part of the ledger, for each projection; none before it is completed, and of the whole. */
  async whatIfs(rebuildId: string): Promise<WhatIf[]> {
    const rebuild = await this.rebuilds.find(rebuildId);
    if (rebuild?.outcome !== 'what-if' || rebuild.started.data.scope === null) return [];
    const pass = await this.stepsOf(rebuildId).pass();
    const made = (await this.steps(rebuildId)).filter(({ step }) => step === 'bulk-fold');
    return made.flatMap(({ projection, generation }) =>
      pass === null || generation === null
        ? []
        : [{ projection, generation, through: pass.through }],
    );
  }

  private stepsOf(rebuildId: string): RebuildSteps {
    return new RebuildSteps((text, values) => this.database.ask(text, values), rebuildId);
  }
}
