import { join, resolve } from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import { archive as rules } from '../../commands/archive/archive.decider';
import type { ArchiveEvent, ArchiveState } from '../../commands/archive/archive.decider';
import type { RecordedEvent } from '../../events';
import { decode } from '../../events/codec';
import { SETTINGS } from '../config/settings.token';
import type { Settings } from '../config/settings';
import { LedgerReader } from '../ledger/ledger-reader';

/** A partition of the ledger. */
export interface Partition {
  readonly name: string;
  readonly first: bigint;
  readonly last: bigint;
  readonly isSealed: boolean;
}

/** What the ledger says of a partition in files. */
export interface RecordedArchive extends ArchiveState {
  readonly partition: string;
  /** Where its files are, or would be. */
  readonly folder: string;
  /** The fact that began the last export; null before the first. */
  readonly started: RecordedEvent<'ArchiveStarted'> | null;
  /** What was last completed; null before. */
  readonly made: RecordedEvent<'ArchiveCompleted'>['data'] | null;
  /** Why the last export failed or was cancelled. */
  readonly reason: string | null;
}

const partitionsSql = `
select name, first_position as first, last_position as last, last_position <= head.position as "isSealed"
from ledger.partitions, ledger.head order by first_position`;

const reasonOf = (event: ArchiveEvent | undefined): string | null => {
  if (event?.type === 'ArchiveFailed') return event.data.cause;
  return event?.type === 'ArchiveCancelled' ? event.data.reason : null;
};

/** Reads what there is of archives from the ledger itself: read models may be behind. */
@Injectable()
export class RecordedArchives {
  /** Where archived partitions are, each in a folder of its name. */
  readonly folder: string;

  constructor(
    @Inject(SETTINGS) { archive }: Settings,
    private readonly reader: LedgerReader,
  ) {
    this.folder = resolve(archive);
  }

  /** Every partition of the ledger, the oldest first. */
  async partitions(): Promise<Partition[]> {
    const rows = await this.reader.ask<{
      name: string;
      first: string;
      last: string;
      isSealed: boolean;
    }>({ text: partitionsSql });
    return rows.map((row) => ({ ...row, first: BigInt(row.first), last: BigInt(row.last) }));
  }

  async find(partition: string): Promise<RecordedArchive> {
    const [found] = await this.all([partition]);
    if (found === undefined) throw new Error('one name gives one archive');
    return found;
  }

  /** Of each of these partitions, in their order. */
  async all(partitions: readonly string[]): Promise<RecordedArchive[]> {
    const streams = partitions.map((name) => `archive-${name}`);
    const histories = await this.reader.histories(streams, []);
    return partitions.map((partition) => {
      const stored = histories.get(`archive-${partition}`)?.events ?? [];
      const events = stored.map((event) => decode(event) as RecordedEvent & ArchiveEvent);
      const started = events.findLast(({ type }) => type === 'ArchiveStarted');
      const made = events.findLast(({ type }) => type === 'ArchiveCompleted');
      return {
        ...events.reduce<ArchiveState>(rules.evolve, rules.initialState),
        partition,
        folder: join(this.folder, partition),
        started: started?.type === 'ArchiveStarted' ? started : null,
        made: made?.type === 'ArchiveCompleted' ? made.data : null,
        reason: reasonOf(events.at(-1)),
      };
    });
  }

  /** Those whose files were completed, the oldest first. */
  async made(): Promise<
    (RecordedArchive & { readonly made: NonNullable<RecordedArchive['made']> })[]
  > {
    const partitions = await this.partitions();
    const found = await this.all(partitions.map(({ name }) => name));
    return found.flatMap((one) => (one.made === null ? [] : [{ ...one, made: one.made }]));
  }
}
