import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import type { Tracing } from './tracing';
import { TRACING } from './tracing.token';

@Global()
@Module({})
export class TelemetryModule {
  static with(tracing: Tracing | null): DynamicModule {
    return {
      module: TelemetryModule,
      providers: [{ provide: TRACING, useValue: tracing }],
      exports: [TRACING],
    };
  }
}
