/** The semantic arm does not answer in time, or at all; whoever asked goes on without it. */
export class SemanticUnavailable extends Error {
  constructor(
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`the semantic arm is not available: ${reason}`, options);
    this.name = 'SemanticUnavailable';
  }
}
