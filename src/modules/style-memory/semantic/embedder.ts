/** Whoever waits goes before the index, which can. */
export type Urgency = 'query' | 'background';

/** Gives texts the vectors that stand for their meaning. */
export interface Embedder {
  /** Vectors of different models cannot be compared. */
  readonly model: string;
  /** Whether it answered when last asked. */
  readonly isUp: boolean;
  /** Numbers of a vector; null until the first one is known. */
  readonly dimensions: number | null;
  /** Tells it how many numbers the vectors have that are kept: of others, none can be compared with them. */
  keepTo(dimensions: number): void;
  /**
   * A vector of length 1 for each text, or one of zeros for a text that means nothing to the model.
   *
   * @throws SemanticUnavailable when it is away, too busy or too slow, or its vectors have another length.
   */
  embed(texts: readonly string[], urgency: Urgency): Promise<Float32Array[]>;
}

/** The embedder of this process. */
export const EMBEDDER = Symbol('EMBEDDER');
