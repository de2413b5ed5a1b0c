import { Module } from '@nestjs/common';
import { KafkaModule } from '../kafka/kafka.module';
import { LedgerModule } from '../ledger/ledger.module';
import { RelayStatus } from './relay-status';
import { Relay } from './relay.service';

@Module({
  imports: [KafkaModule, LedgerModule],
  providers: [Relay, RelayStatus],
  exports: [RelayStatus],
})
export class RelayModule {}
