/** Turns data of schema version n into data of version n + 1. Pure, and frozen once released. */
type Upcaster = (data: unknown) => unknown;

/** Per event type the chain from version 1 on: its length + 1 is the current schema version. */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;
