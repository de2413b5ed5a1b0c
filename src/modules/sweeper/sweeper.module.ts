import { Module } from '@nestjs/common';
import { Sweeper } from './sweeper.service';

@Module({ providers: [Sweeper] })
export class SweeperModule {}
