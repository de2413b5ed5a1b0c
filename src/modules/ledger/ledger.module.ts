import { Module } from '@nestjs/common';
import { LedgerReader } from './ledger-reader';
import { Ledger } from './ledger.service';
import { SettledTimes } from './settled-times';

const providers = [Ledger, LedgerReader, SettledTimes];

@Module({ providers, exports: providers })
export class LedgerModule {}
