/** An event that a projection could not apply: for an entity its stream stays at the version before; for totals the event alone is left out. */
export interface ParkedEvent {
  readonly generation: string;
  readonly stream: string;
  readonly position: bigint;
  readonly type: string;
  readonly cause: string;
  /** Events of the stream held behind it, itself included; 1 for totals. */
  readonly count: number;
}
