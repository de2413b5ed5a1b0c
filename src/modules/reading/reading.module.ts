import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { LedgerModule } from '../ledger/ledger.module';
import { ProjectorModule } from '../projector/projector.module';
import { BulkFold } from '../rebuild/bulk/bulk-fold';
import { RelayModule } from '../relay/relay.module';
import { AsOfGenerations } from './as-of/as-of-generations';
import { MomentAsked } from './as-of/moment-asked';
import { NearestBase } from './as-of/nearest-base';
import { EventLog } from './events/event-log';
import { EventSections } from './events/event-sections';
import { EventTail } from './events/event-tail';
import { EventsController } from './events/events.controller';
import { LedgerBell } from './events/ledger-bell';
import { StreamsController } from './events/streams.controller';
import { HeldSides } from './moment-diffs/held-sides';
import { MomentDiffs } from './moment-diffs/moment-diffs';
import { MomentDiffsController } from './moment-diffs/moment-diffs.controller';
import { OpenStreams } from './open-streams';
import { ReadingDatabase } from './reading-database';
import { CountsController } from './rows/counts.controller';
import { LevelReader } from './rows/level-reader';
import { LiveGenerations } from './rows/live-generation';
import {
  ProjectionListHandler,
  ProjectionRowHandler,
  ProjectionRowsHandler,
} from './rows/projection-queries';
import { ProjectionsController } from './rows/projections.controller';
import { ReadModels } from './rows/read-models';
import { RowReader } from './rows/row-reader';

/** Everything that is read: projections, events, streams, and the tail of the ledger. */
@Module({
  imports: [CqrsModule, LedgerModule, ProjectorModule, RelayModule],
  controllers: [
    ProjectionsController,
    CountsController,
    MomentDiffsController,
    EventsController,
    StreamsController,
  ],
  providers: [
    ReadingDatabase,
    OpenStreams,
    LiveGenerations,
    ReadModels,
    BulkFold,
    AsOfGenerations,
    MomentAsked,
    NearestBase,
    HeldSides,
    MomentDiffs,
    RowReader,
    LevelReader,
    ProjectionListHandler,
    ProjectionRowHandler,
    ProjectionRowsHandler,
    EventLog,
    EventSections,
    EventTail,
    LedgerBell,
  ],
  exports: [
    AsOfGenerations,
    BulkFold,
    HeldSides,
    LevelReader,
    ReadingDatabase,
    LiveGenerations,
    ReadModels,
    OpenStreams,
    EventLog,
    EventSections,
  ],
})
export class ReadingModule {}
