import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Settings } from '../config/settings';
import { SETTINGS } from '../config/settings.token';
import { DatabaseModule } from '../database/database.module';
import { MetricsModule } from '../metrics/metrics.module';
import { ProjectorModule } from '../projector/projector.module';
import { RelayModule } from '../relay/relay.module';
import { TelemetryModule } from '../telemetry/telemetry.module';
import type { Tracing } from '../telemetry/tracing';

/** What the background is given. */
export interface Background {
  readonly settings: Settings;
  readonly databaseUrl: string;
  /** Memory of the counts of spans, where there are any. */
  readonly spanCounts: SharedArrayBuffer | null;
}

/** The parts that nobody asks anything: they follow the ledger. */
@Global()
@Module({})
export class BackgroundModule {
  static assemble({ settings, databaseUrl }: Background, tracing: Tracing | null): DynamicModule {
    return {
      module: BackgroundModule,
      imports: [
        DatabaseModule.at(databaseUrl),
        MetricsModule,
        TelemetryModule.with(tracing),
        ProjectorModule,
        RelayModule,
      ],
      providers: [{ provide: SETTINGS, useValue: settings }],
      exports: [SETTINGS],
    };
  }
}
