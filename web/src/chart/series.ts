export interface Series {
  readonly label: string;
  /** One for each day; null where there is none to tell. */
  readonly values: readonly (number | null)[];
}
