import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module';
import { ReadingModule } from '../reading/reading.module';
import { RecordedReplays } from './recorded-replays';
import { ReplayBell } from './replay-bell';
import { ReplayCompanions } from './replay-companions';
import { ReplayProgressReader } from './replay-progress';
import { Replayer } from './replayer.service';
import { ReplaysController } from './replays.controller';

@Module({
  imports: [LedgerModule, ReadingModule],
  controllers: [ReplaysController],
  providers: [RecordedReplays, ReplayBell, ReplayCompanions, ReplayProgressReader, Replayer],
})
export class ReplayModule {}
