import { Global, Module } from '@nestjs/common';
import { KafkaModule } from '../kafka/kafka.module';
import { LedgerModule } from '../ledger/ledger.module';
import { ProjectorModule } from '../projector/projector.module';
import { RelayModule } from '../relay/relay.module';
import { FlowHealth } from './flow.health';
import { HealthController } from './health.controller';
import { HealthRegistry } from './health-registry';
import { HealthService } from './health.service';
import { LedgerClock } from './ledger-clock';
import { OfficesHeld } from './offices-held';
import { RoiHealth } from './roi.health';

/** Global, so that any module can add checks of its own to the registry. */
@Global()
@Module({
  imports: [KafkaModule, LedgerModule, ProjectorModule, RelayModule],
  controllers: [HealthController],
  providers: [HealthRegistry, HealthService, FlowHealth, RoiHealth, LedgerClock, OfficesHeld],
  exports: [HealthRegistry, HealthService],
})
export class HealthModule {}
