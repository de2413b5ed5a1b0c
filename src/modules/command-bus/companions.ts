import { Injectable } from '@nestjs/common';
import type { LearnedContext } from '../../commands';
import type { Accepted } from './issued-command';

/** The fields of a command, as validated; or what a plan says, by name. */
export type Fields = Readonly<Record<string, unknown>>;

/** Issues a command with what its companion has learned. */
export type Issue = (learned: Partial<LearnedContext>) => Promise<Accepted>;

/** What goes with a command besides recording it. */
export interface Companion {
  /**
   * Issues the command with what its decision rests on besides streams. What is learned may be held
   * still until it is recorded.
   *
   * @throws Problem for a command that is not to be issued.
   */
  readonly issue?: (data: Fields, issue: Issue) => Promise<Accepted>;
  /** Whether a dry run is recorded like any other, for it does something that ends. */
  readonly recordsDryRun?: boolean;
  /** What the command would do, for one that is asked as a dry run: nothing is recorded then. */
  readonly plan?: (data: Fields) => Promise<Fields>;
  /** What came of it, told with its answer. */
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
