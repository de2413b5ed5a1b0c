import { Injectable } from '@nestjs/common';
import { cutText, longestReason } from '../../commands/fields';
import { idOfStream } from '../../events/event-metadata';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { Generations } from '../projector/generations';
import type { Ask } from '../database/ask';
import type { Outcome } from './rebuild-course';
import { RecordedRebuilds } from './recorded-rebuilds';

export const caller = { name: 'rebuilder', role: 'operator' } as const;

// By an index of hardly any events: read models may be behind, or just being rebuilt. By the number: the
// name alone would mean the text that is given.
const startsSql = `
select position::text, stream from ledger.events e
where type in ('RebuildStarted', 'ProjectionReverted') and type = 'RebuildStarted' and position > $1
order by e.position`;

const leftSql = `
select id, rebuild from ops.generations
where rebuild is not null and state in ('filling', 'building', 'fixed')`;

export interface OpenRebuilds {
  readonly running: readonly string[];
  /** Running, paused or waiting. */
  readonly open: readonly string[];
}

/** Which rebuilds there are to be carried out, and the facts that end them. */
@Injectable()
export class RebuildRecords {
  /** Up to where starts were read, and those of them that have not ended. */
  private seen = '0';
  private readonly unended = new Set<string>();

  constructor(
    private readonly generations: Generations,
    private readonly rebuilds: RecordedRebuilds,
    private readonly intake: CommandIntake,
  ) {}

  /**
   * Those that have not ended; what the others left tells `leftBehind`.
   *
   * @param ask whoever has a connection asks on that one: each of many who waited for another would
   * keep one from the rest.
   */
  async open(ask: Ask = this.generations.ask): Promise<OpenRebuilds> {
    const rows = await ask<{ position: string; stream: string }>(startsSql, [this.seen]);
    for (const { position, stream } of rows) {
      this.unended.add(idOfStream(stream, 'rebuild'));
      this.seen = position;
    }
    const running: string[] = [];
    for (const rebuildId of this.unended) {
      const found = await this.rebuilds.find(rebuildId);
      if (found === null || isFinal(found.status)) this.unended.delete(rebuildId);
      else if (found.status === 'running') running.push(rebuildId);
    }
    return { running, open: [...this.unended] };
  }

  /** The projections of some rebuilds. */
  async projectionsOf(rebuildIds: readonly string[]): Promise<Set<string>> {
    const found = await Promise.all(rebuildIds.map((id) => this.rebuilds.find(id)));
    return new Set(found.flatMap((one) => one?.started.data.projections ?? []));
  }

  /** Those of some rebuilds that are known and have not ended. */
  async unendedOf(rebuildIds: readonly string[]): Promise<Set<string>> {
    const unended = new Set<string>();
    for (const rebuildId of new Set(rebuildIds)) {
      const found = await this.rebuilds.find(rebuildId);
      if (found !== null && !isFinal(found.status)) unended.add(rebuildId);
    }
    return unended;
  }

  /** Generations of rebuilds that ended without taking them live: nobody needs them any more. */
  async leftBehind(): Promise<string[]> {
    const rows = await this.generations.ask<{ id: string; rebuild: string }>(leftSql, []);
    const over = new Set<string>();
    for (const rebuild of new Set(rows.map((row) => row.rebuild))) {
      const found = await this.rebuilds.find(rebuild);
      if (found !== null && isFinal(found.status) && found.outcome !== 'what-if') over.add(rebuild);
    }
    return rows.filter(({ rebuild }) => over.has(rebuild)).map(({ id }) => id);
  }

  /** Records what a rebuild came to. */
  async end(rebuildId: string, { ending, summary }: Outcome): Promise<void> {
    switch (ending.kind) {
      case 'waits':
        await this.issue('hold-rebuild', rebuildId, {
          why: ending.why,
          projections: ending.projections,
        });
        return;
      case 'failed':
        await this.issue('fail-rebuild', rebuildId, {
          cause: cutText(ending.cause, longestReason),
        });
        return;
      case 'cut-over':
        await this.issue('record-cut-over', rebuildId, { generations: ending.generations });
        await this.issue('complete-rebuild', rebuildId, { outcome: ending.kind, summary });
        return;
      case 'dry-run':
      case 'what-if':
        await this.issue('complete-rebuild', rebuildId, { outcome: ending.kind, summary });
        return;
    }
  }

  private async issue(name: string, rebuildId: string, body: object): Promise<void> {
    const command = { name, body: { rebuildId, ...body }, caller, correlationId: rebuildId };
    await issueOwn(this.intake, command, moot);
  }
}

/** Somebody cancelled or paused it meanwhile. */
const moot = ['rebuild-ended', 'rebuild-paused'];

const isFinal = (status: string): boolean =>
  status === 'completed' || status === 'cancelled' || status === 'failed';
