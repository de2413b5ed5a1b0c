import { Module } from '@nestjs/common';
import { KafkaModule } from '../kafka/kafka.module';
import { LedgerModule } from '../ledger/ledger.module';
import { ProjectorModule } from '../projector/projector.module';
import { RelayModule } from '../relay/relay.module';
import { HealthController } from './health.controller';
import { HealthService } from './health.service';

@Module({
  imports: [KafkaModule, LedgerModule, ProjectorModule, RelayModule],
  controllers: [HealthController],
  providers: [HealthService],
})
export class HealthModule {}
