import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { KeySetting } from '../config/settings';
import { AuthGuard } from './auth.guard';
import { KeyRing } from './key-ring';
import { MeController } from './me.controller';

@Global()
@Module({})
export class AuthModule {
  static with(keys: readonly KeySetting[]): DynamicModule {
    return {
      module: AuthModule,
      controllers: [MeController],
      providers: [
        { provide: KeyRing, useValue: new KeyRing(keys) },
        { provide: APP_GUARD, useClass: AuthGuard },
      ],
      exports: [KeyRing],
    };
  }
}
