import { Injectable } from '@nestjs/common';
import type { PartitionStanding } from '../../commands/archive/partition';
import { partitionRefusal } from '../../commands/archive/partition';
import { Companions } from '../command-bus/companions';
import type { Fields } from '../command-bus/companions';
import { Problem } from '../http/problem';
import { refusalStatus } from '../http/refusals';
import { ArchiveBell } from './archive-bell';
import { RecordedArchives } from './recorded-archives';

/** What goes with the commands of archives: what a partition is, and a word to whoever exports it. */
@Injectable()
export class ArchiveCompanions {
  constructor(
    private readonly archives: RecordedArchives,
    private readonly bell: ArchiveBell,
    companions: Companions,
  ) {
    const outcome = (): Promise<object> => {
      this.bell.strike();
      return Promise.resolve({});
    };
    companions.register('start-archive', {
      plan: (data) => this.plan(String(data['partition'])),
      issue: async (data, issue) =>
        issue({ partition: await this.standing(String(data['partition'])) }),
      outcome,
    });
    companions.register('cancel-archive', { outcome });
  }

  /** It does not change but from open to sealed, so it need not be held still. */
  private async standing(name: string): Promise<PartitionStanding | null> {
    const found = (await this.archives.partitions()).find((one) => one.name === name);
    if (found === undefined) return null;
    const { first, last, isSealed } = found;
    return { firstPosition: String(first), lastPosition: String(last), isSealed };
  }

  /** @throws Problem for what the command would be refused for. */
  private async plan(partition: string): Promise<Fields> {
    const standing = await this.standing(partition);
    if (standing?.isSealed !== true) {
      const { refused, detail } = partitionRefusal(partition, standing);
      throw new Problem(refusalStatus[refused], refused, detail);
    }
    const { firstPosition, lastPosition } = standing;
    const events = Number(BigInt(lastPosition) - BigInt(firstPosition) + 1n);
    const { folder, isMade } = await this.archives.find(partition);
    return { partition, firstPosition, lastPosition, events, folder, isArchived: isMade };
  }
}
