import { Module } from '@nestjs/common';
import { ArchiveModule } from '../archive/archive.module';
import { LedgerModule } from '../ledger/ledger.module';
import { ProjectorModule } from '../projector/projector.module';
import { ReadingModule } from '../reading/reading.module';
import { CutOvers } from './cut-over';
import { RebuildBell } from './rebuild-bell';
import { RebuildCompanions } from './rebuild-companions';
import { RebuildDiffs } from './rebuild-diffs';
import { RebuildMeans } from './rebuild-means';
import { RebuildPlans } from './rebuild-plan';
import { RebuildProgressReader } from './rebuild-progress';
import { RebuildRecords } from './rebuild-records';
import { Rebuilder } from './rebuilder.service';
import { RebuildsController } from './rebuilds.controller';
import { RecordedRebuilds } from './recorded-rebuilds';
import { RecordedReverts } from './recorded-reverts';
import { Renewals } from './renewals';
import { Retention } from './retention';
import { Reversion } from './reversion';
import { Successions } from './successions';
import { WhatIfDiffs } from './what-if-diffs';

/** Builds generations of projections, and sees to which of them are live, warm, and dropped. */
@Module({
  imports: [ArchiveModule, LedgerModule, ProjectorModule, ReadingModule],
  controllers: [RebuildsController],
  providers: [
    CutOvers,
    RebuildBell,
    RebuildCompanions,
    RebuildDiffs,
    RebuildMeans,
    RebuildPlans,
    RebuildProgressReader,
    RebuildRecords,
    Rebuilder,
    RecordedRebuilds,
    RecordedReverts,
    Renewals,
    Retention,
    Reversion,
    Successions,
    WhatIfDiffs,
  ],
  exports: [
    CutOvers,
    RebuildBell,
    RebuildProgressReader,
    RebuildRecords,
    RecordedRebuilds,
    Renewals,
  ],
})
export class RebuildModule {}
