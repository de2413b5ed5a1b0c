import { Module } from '@nestjs/common';
import { projections } from '../../projections';
import { KafkaModule } from '../kafka/kafka.module';
import { LedgerModule } from '../ledger/ledger.module';
import { Generations } from './generations';
import { PartitionCount } from './partition-count';
import { Positions } from './positions';
import { PROJECTIONS } from './projections.token';
import { Projector } from './projector.service';
import { Standings } from './standing';

@Module({
  imports: [KafkaModule, LedgerModule],
  providers: [
    { provide: PROJECTIONS, useValue: projections },
    Generations,
    PartitionCount,
    Positions,
    Projector,
    Standings,
  ],
  exports: [PROJECTIONS, Positions, Generations, Standings],
})
export class ProjectorModule {}
