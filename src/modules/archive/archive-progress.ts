import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem';
import { ReadingDatabase } from '../reading/reading-database';
import type { ArchiveProgress, ArchivesTold } from './archive.schemas';
import { RecordedArchives } from './recorded-archives';

const placeSql = `
select position::text, fault, (position - run_from)::float8 as "runEvents",
  extract(epoch from clock_timestamp() - run_since)::float8 as "runSeconds"
from ops.archives where partition = $1 and started = $2`;

const sizesSql = `
select name, pg_total_relation_size(format('ledger.%I', name)::regclass)::float8 as bytes from ledger.partitions`;

interface PlaceRow {
  readonly position: string;
  readonly fault: string | null;
  readonly runEvents: number;
  readonly runSeconds: number;
}

const rateOf = ({ runEvents, runSeconds }: PlaceRow): number =>
  runSeconds > 0 ? Math.round((10 * runEvents) / runSeconds) / 10 : 0;

/** Tells how archives are, whichever process makes them. */
@Injectable()
export class ArchiveProgressReader {
  constructor(
    private readonly database: ReadingDatabase,
    private readonly archives: RecordedArchives,
  ) {}

  /** Every partition, the oldest first. */
  async all(): Promise<ArchivesTold> {
    const partitions = await this.archives.partitions();
    const found = await this.archives.all(partitions.map(({ name }) => name));
    const sizes = await this.database.ask<{ name: string; bytes: number }>(sizesSql, []);
    const bytesOf = new Map(sizes.map(({ name, bytes }) => [name, bytes]));
    return {
      folder: this.archives.folder,
      partitions: partitions.map(({ name, first, last, isSealed }, index) => {
        const { status = 'absent', isMade = false, made = null } = found[index] ?? {};
        return {
          partition: name,
          firstPosition: String(first),
          lastPosition: String(last),
          isSealed,
          state: status,
          isArchived: isMade,
          bytes: made?.bytes ?? null,
          files: made?.files ?? null,
          manifestHash: made?.manifestHash ?? null,
          hashAfter: made?.hashAfter ?? null,
          tableBytes: bytesOf.get(name) ?? 0,
        };
      }),
    };
  }

  /** @throws Problem 404 for a partition of which nothing was ever exported. */
  async read(partition: string): Promise<ArchiveProgress> {
    const { status, started, made, reason } = await this.archives.find(partition);
    if (started === null) {
      throw new Problem(404, 'archive-unknown', `nothing of ${partition} was exported`);
    }
    const { firstPosition, lastPosition } = started.data;
    const before = BigInt(firstPosition) - 1n;
    const total = Number(BigInt(lastPosition) - before);
    const isRunning = status === 'running';
    const values = [partition, started.position];
    const [place] = await this.database.ask<PlaceRow>(placeSql, values);
    const at = place === undefined ? 0 : Number(BigInt(place.position) - before);
    const done = status === 'completed' ? total : at;
    const ratePerSecond = isRunning && place !== undefined ? rateOf(place) : 0;
    return {
      partition,
      state: status,
      done,
      total,
      ratePerSecond,
      reason,
      secondsLeft: ratePerSecond > 0 ? Math.ceil((total - done) / ratePerSecond) : null,
      fault: isRunning ? (place?.fault ?? null) : null,
      bytes: made?.bytes ?? null,
      files: made?.files ?? null,
      manifestHash: made?.manifestHash ?? null,
    };
  }
}
