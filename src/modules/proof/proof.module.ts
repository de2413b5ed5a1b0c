import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module';
import { ProjectorModule } from '../projector/projector.module';
import { ReadingModule } from '../reading/reading.module';
import { ProofController } from './proof.controller';
import { ProofService } from './proof.service';

/** Proves on demand what the rest of the application promises. */
@Module({
  imports: [LedgerModule, ProjectorModule, ReadingModule],
  controllers: [ProofController],
  providers: [ProofService],
  exports: [ProofService],
})
export class ProofModule {}
