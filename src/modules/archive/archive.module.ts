import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module';
import { ReadingModule } from '../reading/reading.module';
import { ArchiveBell } from './archive-bell';
import { ArchiveCompanions } from './archive-companions';
import { ArchiveHealth } from './archive-health';
import { ArchiveProgressReader } from './archive-progress';
import { ArchiveProofs } from './archive-proofs';
import { Archiver } from './archiver.service';
import { ArchivesController } from './archives.controller';
import { RecordedArchives } from './recorded-archives';

/** Sealed partitions of the ledger in files: exported, proven, and told of to those who read them. */
@Module({
  imports: [LedgerModule, ReadingModule],
  controllers: [ArchivesController],
  providers: [
    ArchiveBell,
    ArchiveCompanions,
    ArchiveHealth,
    ArchiveProgressReader,
    ArchiveProofs,
    Archiver,
    RecordedArchives,
  ],
  exports: [RecordedArchives],
})
export class ArchiveModule {}
