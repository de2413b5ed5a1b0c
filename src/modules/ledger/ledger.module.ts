import { Module } from '@nestjs/common';
import { LedgerReader } from './ledger-reader';
import { Ledger } from './ledger.service';

@Module({ providers: [Ledger, LedgerReader], exports: [Ledger, LedgerReader] })
export class LedgerModule {}
