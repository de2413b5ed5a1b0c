import { Inject, Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import type { ICommandHandler } from '@nestjs/cqrs';
import { catalogue } from './catalogue';
import type { CatalogueEntry } from './catalogue';
import { CommandExecutor } from './command-executor';
import type { Accepted, IssuedCommand } from './issued-command';

type CommandClass = new (issued: IssuedCommand) => { readonly issued: IssuedCommand };

const named = <T extends object>(type: T, name: string): T =>
  Object.defineProperty(type, 'name', { value: name });

const commandClass = ({ type }: CatalogueEntry): CommandClass =>
  named(
    class {
      constructor(readonly issued: IssuedCommand) {}
    },
    type,
  );

const handlerClass = (entry: CatalogueEntry, command: CommandClass): Type<ICommandHandler> => {
  @Injectable()
  class Handler implements ICommandHandler<InstanceType<CommandClass>> {
    constructor(@Inject(CommandExecutor) private readonly executor: CommandExecutor) {}

    execute({ issued }: InstanceType<CommandClass>): Promise<Accepted> {
      return this.executor.execute(entry, issued);
    }
  }
  CommandHandler(command)(Handler);
  return named(Handler, `${entry.type}Handler`);
};

/** The message class of each command, by its name on the wire. */
export const commandClasses: ReadonlyMap<string, CommandClass> = new Map(
  [...catalogue].map(([name, entry]) => [name, commandClass(entry)]),
);

/** The handlers of every command of every decider: no command needs a file of its own. */
export const commandHandlers: readonly Type<ICommandHandler>[] = [...catalogue].map(
  ([name, entry]) => handlerClass(entry, commandClasses.get(name) as CommandClass),
);
