import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { Forgetting } from './forgetting';
import { KeyKeeper } from './key-keeper.service';
import { KeyTable } from './key-table';
import { MasterKeys } from './master-keys';
import { MASTER_KEYS } from './master-keys.token';
import { Opening } from './opening';
import { SubjectKeys } from './subject-keys';

/** What events hold of persons: sealed by a key for each, opened for readers, and forgotten. */
@Global()
@Module({})
export class PersonalModule {
  /** @param masterKeys 32 bytes each, in base64: the first wraps, all of them unwrap. */
  static with(masterKeys: readonly string[]): DynamicModule {
    return {
      module: PersonalModule,
      providers: [
        { provide: MASTER_KEYS, useValue: new MasterKeys(masterKeys) },
        KeyTable,
        SubjectKeys,
        Opening,
        KeyKeeper,
        Forgetting,
      ],
      exports: [SubjectKeys, Opening],
    };
  }
}
