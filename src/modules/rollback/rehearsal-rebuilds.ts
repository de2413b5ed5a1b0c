import { Injectable } from '@nestjs/common';
import { CommandIntake } from '../command-bus/command-intake';
import { Problem } from '../http/problem';
import { RebuildRecords } from '../rebuild/rebuild-records';
import { RecordedRebuilds } from '../rebuild/recorded-rebuilds';
import { rebuildIdOf } from './derived-ids';
import { rollbackCaller } from './rollback-caller';

const prefix = 'rehearsal.';

/** It ended by itself meanwhile. */
const moot: ReadonlySet<string> = new Set(['rebuild-ended', 'stream-unknown']);

/** What rehearsals have under way, where somebody else needs the room. */
@Injectable()
export class RehearsalRebuilds {
  constructor(
    private readonly records: RebuildRecords,
    private readonly rebuilds: RecordedRebuilds,
    private readonly intake: CommandIntake,
  ) {}

  /** The id of the rebuild by which a rehearsal builds what would be. */
  idOf(rollbackId: string): Promise<string> {
    return rebuildIdOf(this.rebuilds, prefix, rollbackId);
  }

  /** Two rebuilds of one projection cannot be under way: a rehearsal's gives way to a rollback. */
  async giveWay(rollbackId: string): Promise<void> {
    const { open } = await this.records.open();
    for (const rebuildId of open.filter((id) => id.startsWith(prefix))) {
      await this.cancel(rebuildId, `rollback ${rollbackId} takes precedence over a rehearsal`);
    }
  }

  /** Where there is one under way. */
  async cancel(rebuildId: string, reason: string): Promise<void> {
    try {
      await this.intake.take({
        ...{ name: 'cancel-rebuild', body: { rebuildId, reason }, caller: rollbackCaller },
        ...{ correlationId: rebuildId, causationId: null },
        ...{ idempotencyKey: null, ifMatch: null, deploymentId: null },
      });
    } catch (error) {
      if (!(error instanceof Problem && moot.has(error.code))) throw error;
    }
  }
}
