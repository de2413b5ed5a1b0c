import { Injectable } from '@nestjs/common';
import { CommandIntake } from '../command-bus/command-intake';
import { issueOwn } from '../command-bus/own-command';
import { RebuildRecords } from '../rebuild/rebuild-records';
import { RecordedRebuilds } from '../rebuild/recorded-rebuilds';
import { rebuildIdOf } from './derived-ids';
import { rollbackCaller } from './rollback-caller';

const prefix = 'rehearsal.';

/** It ended by itself meanwhile. */
const moot = ['rebuild-ended', 'stream-unknown'];

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
    const body = { rebuildId, reason };
    const issued = { caller: rollbackCaller, correlationId: rebuildId };
    await issueOwn(this.intake, { name: 'cancel-rebuild', body, ...issued }, moot);
  }
}
