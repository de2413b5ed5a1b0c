import { Module } from '@nestjs/common';
import { CommandBusModule } from '../command-bus/command-bus.module';
import { ProjectorModule } from '../projector/projector.module';
import { ReadingModule } from '../reading/reading.module';
import { BulkFold } from './bulk/bulk-fold';
import { CutOvers } from './cut-over';
import { RebuildMeans } from './rebuild-means';
import { RebuildRecords } from './rebuild-records';
import { Rebuilder } from './rebuilder.service';
import { Retention } from './retention';
import { Reversion } from './reversion';
import { Successions } from './successions';

/** Builds generations of projections, and sees to which of them are live, warm, and dropped. */
@Module({
  imports: [CommandBusModule, ProjectorModule, ReadingModule],
  providers: [
    BulkFold,
    CutOvers,
    RebuildMeans,
    RebuildRecords,
    Rebuilder,
    Retention,
    Reversion,
    Successions,
  ],
})
export class RebuildModule {}
