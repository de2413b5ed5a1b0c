import { Injectable } from '@nestjs/common';
import type { Accepted } from './issued-command';

type Fields = Readonly<Record<string, unknown>>;

/** What goes with a command besides recording it. */
export interface Companion {
  /** What the command would do, for one that is asked as a dry run: nothing is recorded then. */
  readonly plan?: (data: Fields) => Promise<Fields>;
  /** What came of it, told with its answer; `data` are its fields as validated. */
  readonly outcome?: (accepted: Accepted, data: Fields) => Promise<Partial<Accepted>>;
}

/** Companions by the command's name on the wire; a module that has one registers it. */
@Injectable()
export class Companions {
  private readonly byName = new Map<string, Companion>();

  /** @throws Error where the command has one already. */
  register(name: string, companion: Companion): void {
    if (this.byName.has(name)) throw new Error(`${name} has a companion already`);
    this.byName.set(name, companion);
  }

  of(name: string): Companion | undefined {
    return this.byName.get(name);
  }
}
