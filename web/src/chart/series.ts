export interface Series {
  readonly label: string;
  /** One for each day. */
  readonly values: readonly number[];
}
