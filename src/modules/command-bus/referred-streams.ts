import { streamOf } from '../../commands/aggregate';
import type { CarriedCommand, Reference } from '../../commands/command';
import { aggregateOf } from './catalogue';
import type { StreamState, StreamStates } from './stream-states';

export const streamFor = ({ category, id }: Reference): string => streamOf(category, id);

/** Another stream that a decision rests on. */
export interface Consulted {
  readonly category: string;
  readonly stream: string;
  readonly before: StreamState;
}

/** The other streams that a command names: those it consults, refers to, or carries commands to. */
export class ReferredStreams {
  constructor(private readonly states: StreamStates) {}

  /** What a decision rests on, in memory; null where there is none, undefined where it has to be read. */
  consulted(reference: Reference | undefined): Consulted | null | undefined {
    if (reference === undefined) return null;
    const stream = streamFor(reference);
    const before = this.states.peek(stream);
    return before && { category: reference.category, stream, before };
  }

  /** Brings to memory what a decision rests on. */
  async load(reference: Reference | undefined): Promise<void> {
    if (reference === undefined) return;
    await this.states.load(aggregateOf(reference.category), streamFor(reference));
  }

  /** What the command refers to; that it once existed is enough, streams never go away. */
  async origin(reference: Reference): Promise<StreamState> {
    const stream = streamFor(reference);
    const known = this.states.peek(stream);
    if (known !== undefined && known.version > 0) return known;
    this.states.drop(stream);
    const loaded = await this.states.load(aggregateOf(reference.category), stream);
    return this.states.peek(stream) ?? loaded; // it may have begun while it was read
  }

  /** Of the streams that commands are carried to, those that have to be read. */
  unread(carried: readonly CarriedCommand[]): readonly CarriedCommand[] {
    return carried.filter((one) => this.states.peek(streamFor(one)) === undefined);
  }

  async loadAll(references: readonly Reference[]): Promise<void> {
    for (const one of references) await this.load(one);
  }
}
