import { Injectable } from '@nestjs/common';
import { Problem } from '../http/problem';
import { ReadingDatabase } from '../reading/reading-database';
import { hashAt } from '../proof/ledger/places';
import type { Meter } from '../proof/meter';
import type { ArchiveProof, ArchiveProven } from './archive.schemas';
import { proveArchive } from './archive-proof';
import { RecordedArchives } from './recorded-archives';

type Made = Awaited<ReturnType<RecordedArchives['made']>>[number];

/** Proves archives from their files, one at a time, against what the ledger says of them. */
@Injectable()
export class ArchiveProofs {
  private underWay = false;

  constructor(
    private readonly archives: RecordedArchives,
    private readonly database: ReadingDatabase,
  ) {}

  /**
   * @param partitions which; null for every archived one.
   * @param meter is told how far it is.
   * @throws Problem 404 for a partition that is not archived, 503 while another proof is under way here.
   */
  async prove(
    partitions: readonly string[] | null,
    meter: Meter,
    signal: AbortSignal,
  ): Promise<ArchiveProof> {
    const made = await this.asked(partitions);
    if (this.underWay) {
      const detail = 'a proof of archives is under way, try again when it is done';
      throw new Problem(503, 'proof-under-way', detail, { retryAfterSeconds: 5 });
    }
    this.underWay = true;
    try {
      const began = performance.now();
      const archives: ArchiveProven[] = [];
      for (const one of made) archives.push(await this.one(one, meter, signal));
      const seconds = (performance.now() - began) / 1_000;
      return {
        holds: archives.every(({ holds }) => holds),
        seconds,
        eventsPerSecond: Math.round(meter.done / Math.max(seconds, 0.001)),
        archives,
      };
    } finally {
      this.underWay = false;
    }
  }

  private async asked(partitions: readonly string[] | null): Promise<Made[]> {
    const made = await this.archives.made();
    if (partitions === null) return made;
    return partitions.map((name) => {
      const found = made.find(({ partition }) => partition === name);
      if (found !== undefined) return found;
      throw new Problem(404, 'archive-unknown', `${name} is not archived`);
    });
  }

  private async one(
    { partition, folder, made, started }: Made,
    meter: Meter,
    signal: AbortSignal,
  ): Promise<ArchiveProven> {
    meter.begin(partition, made.events);
    const { firstPosition = '0', lastPosition = '0' } = started?.data ?? {};
    const expected = {
      folder,
      manifestHash: made.manifestHash,
      hashBefore: await hashAt(this.database, BigInt(firstPosition) - 1n),
      hashAfter: await hashAt(this.database, BigInt(lastPosition)),
    };
    const advance = (events: number): void => {
      meter.advance(events);
    };
    const { events, faults } = await proveArchive(expected, { advance, signal });
    return {
      partition,
      holds: faults.count === 0,
      firstPosition,
      lastPosition,
      events,
      bytes: made.bytes,
      hashAfter: made.hashAfter,
      faultCount: faults.count,
      faults: faults.listed,
    };
  }
}
