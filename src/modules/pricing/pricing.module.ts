import { Module } from '@nestjs/common';
import { LedgerModule } from '../ledger/ledger.module';
import { BookOpening } from './book-opening';

@Module({ imports: [LedgerModule], providers: [BookOpening] })
export class PricingModule {}
