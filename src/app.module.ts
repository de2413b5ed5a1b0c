import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { StandingContext } from './commands';
import { AlertsModule } from './modules/alerts/alerts.module';
import { ArchiveModule } from './modules/archive/archive.module';
import { AuthModule } from './modules/auth/auth.module';
import { CommandBusModule } from './modules/command-bus/command-bus.module';
import type { KeySetting, Settings } from './modules/config/settings';
import { SETTINGS } from './modules/config/settings.token';
import { DatabaseModule } from './modules/database/database.module';
import { DeploymentModule } from './modules/deployment/deployment.module';
import { HealthModule } from './modules/health/health.module';
import { LedgerModule } from './modules/ledger/ledger.module';
import { MetricsApiModule } from './modules/metrics/metrics-api.module';
import { MetricsModule } from './modules/metrics/metrics.module';
import { ParkingModule } from './modules/parking/parking.module';
import { PersonalModule } from './modules/personal/personal.module';
import { PricingModule } from './modules/pricing/pricing.module';
import { ProofModule } from './modules/proof/proof.module';
import { ProjectorModule } from './modules/projector/projector.module';
import { ReadingModule } from './modules/reading/reading.module';
import { RelayModule } from './modules/relay/relay.module';
import { RebuildModule } from './modules/rebuild/rebuild.module';
import { ReplayModule } from './modules/replay/replay.module';
import { RepricingModule } from './modules/repricing/repricing.module';
import { RollbackModule } from './modules/rollback/rollback.module';
import { StyleMemoryModule } from './modules/style-memory/style-memory.module';
import { SweeperModule } from './modules/sweeper/sweeper.module';
import { OriginPruner } from './modules/telemetry/origin-pruner.service';
import { TelemetryModule } from './modules/telemetry/telemetry.module';
import type { Tracing } from './modules/telemetry/tracing';
import { WebhooksModule } from './modules/webhooks/webhooks.module';

/** What the application is made of once its settings, its database and its keys are known. */
export interface Assembly {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly keys: readonly KeySetting[];
  /** What the keys of persons are wrapped by, 32 bytes each in base64. */
  readonly masterKeys: readonly string[];
  readonly context: StandingContext;
  /** Absent: nothing is traced. */
  readonly tracing?: Tracing | null;
}

@Global()
@Module({})
export class AppModule {
  static assemble({
    settings,
    databaseUrl,
    keys,
    masterKeys,
    context,
    tracing = null,
  }: Assembly): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.at(databaseUrl),
        MetricsModule,
        MetricsApiModule,
        TelemetryModule.with(tracing),
        AuthModule.with(keys),
        PersonalModule.with(masterKeys),
        LedgerModule,
        CommandBusModule.with(context),
        ProjectorModule,
        RelayModule,
        ReadingModule,
        ProofModule,
        StyleMemoryModule,
        HealthModule,
        SweeperModule,
        PricingModule,
        RepricingModule,
        ReplayModule,
        ArchiveModule,
        RebuildModule,
        ParkingModule,
        DeploymentModule,
        RollbackModule,
        AlertsModule,
        WebhooksModule,
      ],
      providers: [{ provide: SETTINGS, useValue: settings }, OriginPruner],
      exports: [SETTINGS],
    };
  }
}
