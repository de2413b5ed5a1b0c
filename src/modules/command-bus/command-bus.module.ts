import { Global, Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { StandingContext } from '../../commands';
import { LedgerModule } from '../ledger/ledger.module';
import { BulkIntake } from './bulk-intake';
import { CommandExecutor } from './command-executor';
import { commandHandlers } from './command-handlers';
import { CommandIntake } from './command-intake';
import { Companions } from './companions';
import { CommandsController } from './commands.controller';
import { DECISION_CONTEXT } from './decision-context';

@Global()
@Module({})
export class CommandBusModule {
  static with(context: StandingContext): DynamicModule {
    return {
      module: CommandBusModule,
      imports: [CqrsModule, LedgerModule],
      controllers: [CommandsController],
      providers: [
        { provide: DECISION_CONTEXT, useValue: context },
        CommandExecutor,
        CommandIntake,
        Companions,
        BulkIntake,
        ...commandHandlers,
      ],
      exports: [CommandIntake, Companions, DECISION_CONTEXT],
    };
  }
}
