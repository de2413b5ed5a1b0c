import { Module } from '@nestjs/common';
import { ProjectorModule } from '../projector/projector.module';
import { ReadingModule } from '../reading/reading.module';
import { ParkedStreams } from './parked-streams';
import { ParkedStreamsController } from './parked-streams.controller';
import { ParkingCompanions } from './parking-companions';

/** Events that projections could not apply: what they are, and the words of operators about them. */
@Module({
  imports: [ProjectorModule, ReadingModule],
  controllers: [ParkedStreamsController],
  providers: [ParkedStreams, ParkingCompanions],
})
export class ParkingModule {}
