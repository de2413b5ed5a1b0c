import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module';
import { RecordedCalls } from './recorded-calls';
import { RepricingRun } from './repricing-run';
import { Repricer } from './repricing.service';

@Module({
  imports: [LedgerModule],
  providers: [RecordedCalls, RepricingRun, Repricer],
})
export class RepricingModule {}
