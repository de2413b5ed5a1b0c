import { Inject, Injectable } from '@nestjs/common';
import { cutText, longestReason } from '../../commands/fields';
import type { Projection } from '../../projections/projection';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { Generations } from '../projector/generations';
import type { Generation } from '../projector/generations';
import { PROJECTIONS } from '../projector/projections.token';
import { isOfEpoch, outdated } from './epochs';
import { caller, RebuildRecords } from './rebuild-records';
import { RecordedRebuilds, hasEndedInVain } from './recorded-rebuilds';
import type { Rebuild } from './recorded-rebuilds';

/** Somebody else has done it, or is at it: it is looked at again. */
const moot = [
  'rebuild-under-way',
  'rebuild-already-started',
  'rebuild-ended',
  'rebuild-not-waiting',
  'rebuild-paused',
  'rebuild-live',
];

const factSql = `
select stream, type, correlation_id as "correlationId", data ->> 'rollbackId' as "rollbackId",
  data ->> 'reason' as reason
from ledger.events where position = $1`;

interface Fact {
  readonly stream: string;
  readonly type: string;
  readonly correlationId: string;
  readonly rollbackId: string | null;
  readonly reason: string | null;
}

/** What is still to be done that what is seen leaves out what is void. */
export interface Renewal {
  readonly epoch: bigint;
  /** The projections whose live generations are of an earlier epoch. */
  readonly behind: readonly string[];
  /** The last rebuild that was begun for it, where there is one. */
  readonly rebuild: Rebuild | null;
}

const idOf = (epoch: bigint, attempt: number): string => `renewal.${epoch}.${attempt}`;
const renewalId = /^renewal\.\d+\.\d+$/;

/**
 * Sees that what is live leaves out what is void: a fold cannot be undone in place, so after each fact
 * that voids or reinstates work the projections that see any are built anew. The differences are what
 * the fact is for, and accepted in its name.
 *
 * behind -> built -> waits for its differences -> accepted -> live
 *    \-> failed (until somebody begins it anew)
 */
@Injectable()
export class Renewals {
  constructor(
    private readonly generations: Generations,
    private readonly rebuilds: RecordedRebuilds,
    private readonly records: RebuildRecords,
    private readonly intake: CommandIntake,
    @Inject(PROJECTIONS) private readonly projections: readonly Projection[],
  ) {}

  async state(): Promise<Renewal> {
    const epoch = await this.generations.epoch();
    if (epoch === 0n) return { epoch, behind: [], rebuild: null };
    const all = await this.generations.all();
    const behind = this.projections
      .filter((projection) =>
        all.some(
          (one) =>
            one.projection === projection.name &&
            one.state === 'live' &&
            one.version === projection.version &&
            !isOfEpoch(projection, one, epoch),
        ),
      )
      .map(({ name }) => name);
    return {
      epoch,
      behind,
      rebuild: behind.length === 0 ? null : (await this.last(epoch)).rebuild,
    };
  }

  /** Goes on with it, as far as that goes at once; `anew` where one that ended in vain is to be tried again. */
  async see({ anew }: { readonly anew: boolean } = { anew: false }): Promise<Renewal> {
    const state = await this.state();
    const { epoch, behind, rebuild } = state;
    if (behind.length === 0) return state;
    await this.endOutdated(epoch);
    for (const waiting of await this.waiting()) await this.accept(epoch, waiting);
    const isToBegin = rebuild === null || rebuild.status === 'completed';
    if (isToBegin || (anew && hasEndedInVain(rebuild))) await this.begin(epoch);
    return state;
  }

  private async last(epoch: bigint): Promise<{ attempt: number; rebuild: Rebuild | null }> {
    let rebuild: Rebuild | null = null;
    for (let attempt = 1; ; attempt += 1) {
      const found = await this.rebuilds.find(idOf(epoch, attempt));
      if (found === null) return { attempt: attempt - 1, rebuild };
      rebuild = found;
    }
  }

  /** Those that others are building are left to them; they are of this epoch. */
  private async begin(epoch: bigint): Promise<void> {
    const { behind } = await this.state(); // one that has just ended may have done it
    const { open } = await this.records.open();
    const taken = await this.records.projectionsOf(open);
    const projections = behind.filter((name) => !taken.has(name));
    if (projections.length === 0) return;
    const { attempt } = await this.last(epoch);
    const rebuildId = idOf(epoch, attempt + 1);
    await this.issue('start-rebuild', epoch, { rebuildId, projections, cutover: 'auto' });
  }

  /**
   * Those that wait for their differences, of this epoch as all that are not ended: one that was begun for an
   * earlier fact, and built only behind this one, goes live for both.
   */
  private async waiting(): Promise<Rebuild[]> {
    const { open } = await this.records.open();
    const renewals = open.filter((rebuildId) => renewalId.test(rebuildId));
    const found = await Promise.all(renewals.map((rebuildId) => this.rebuilds.find(rebuildId)));
    return found.filter((one) => one?.status === 'waiting') as Rebuild[];
  }

  private async accept(epoch: bigint, { rebuildId, waits }: Rebuild): Promise<void> {
    const fact = await this.fact(epoch);
    const reason =
      fact?.type === 'DeploymentVoided'
        ? `rollback ${fact.rollbackId ?? ''} voided the work of ${fact.stream}`
        : `the work of ${fact?.stream ?? ''} was reinstated: ${fact?.reason ?? ''}`;
    const body = {
      rebuildId,
      accept: waits?.projections ?? [],
      reason: cutText(reason, longestReason), // the fact's own may be as long already
    };
    await this.issue('cut-over-rebuild', epoch, body);
  }

  /** Rebuilds that were begun in an earlier epoch, and can never go live, make room. */
  private async endOutdated(epoch: bigint): Promise<void> {
    const { open } = await this.records.open();
    for (const rebuildId of open) {
      const found = await this.rebuilds.find(rebuildId);
      if (found?.purpose !== 'cut-over' || found.isLive) continue;
      const old = await this.outdatedOf(rebuildId, epoch);
      if (old !== undefined) {
        await this.issue('fail-rebuild', epoch, { rebuildId, cause: outdated(old, epoch) });
      }
    }
  }

  /**
   * One that a rebuild has built and that can never go live. What did so just before the fact did, though the
   * ledger may not have it yet; what was about to has done it, or never will, once nobody else changes states.
   */
  private async outdatedOf(rebuildId: string, epoch: bigint): Promise<Generation | undefined> {
    const isOutdated = (one: Generation): boolean =>
      one.rebuild === rebuildId &&
      one.state !== 'live' &&
      one.state !== 'warm' &&
      this.projections.some(
        (projection) => projection.name === one.projection && !isOfEpoch(projection, one, epoch),
      );
    if (!(await this.generations.all()).some(isOutdated)) return undefined;
    return this.generations.exclusively(async (manager) =>
      (await this.generations.all(manager)).find(isOutdated),
    );
  }

  private async fact(epoch: bigint): Promise<Fact | undefined> {
    const [fact] = await this.generations.ask<Fact>(factSql, [epoch]);
    return fact;
  }

  private async issue(name: string, epoch: bigint, body: object): Promise<void> {
    const { correlationId = 'renewal' } = (await this.fact(epoch)) ?? {};
    await issueOwn(this.intake, { name, body, caller, correlationId }, moot);
  }
}
