import type { Nearness } from '../index/vector-index';

/** A paragraph whose vectors are to be searched from now on, or no longer (`parts` null). */
export interface IndexChange {
  readonly contentHash: string;
  readonly dimensions: number;
  readonly parts: Int8Array | null;
}

/** What the thread can be asked, with what it answers. */
export interface ThreadTasks {
  readonly encode: {
    readonly input: { readonly texts: readonly string[]; readonly background: boolean };
    readonly output: Float32Array[];
  };
  readonly search: {
    readonly input: { readonly vector: Float32Array; readonly limit: number };
    readonly output: Nearness[];
  };
  readonly score: {
    readonly input: { readonly vector: Float32Array; readonly contentHashes: readonly string[] };
    readonly output: Nearness[];
  };
  readonly change: {
    readonly input: { readonly changes: readonly IndexChange[] };
    /** How many paragraphs are searched then. */
    readonly output: number;
  };
}

export type TaskName = keyof ThreadTasks;

export type ThreadRequest = {
  [Name in TaskName]: {
    readonly id: number;
    readonly task: Name;
    readonly input: ThreadTasks[Name]['input'];
    /** Nobody waits for the answer after this moment, in milliseconds since 1970; null: somebody does. */
    readonly until: number | null;
  };
}[TaskName];

export interface ThreadReply {
  readonly id: number;
  readonly value?: unknown;
  /** Why there is no value. */
  readonly error?: string;
  /** Milliseconds of work. */
  readonly took: number;
}
