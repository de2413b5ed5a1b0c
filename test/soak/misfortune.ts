/** What befalls the servers or what they stand on; `strike` resolves once whatever went is there again. */
export interface Misfortune {
  readonly name: string;
  readonly strike: () => Promise<void>;
}
