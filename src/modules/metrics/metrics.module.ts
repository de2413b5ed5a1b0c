import { Global, Module } from '@nestjs/common';
import { Metrics } from './metrics';

/** What is measured, for whichever thread measures it; `MetricsApiModule` shows it. */
@Global()
@Module({ providers: [Metrics], exports: [Metrics] })
export class MetricsModule {}
