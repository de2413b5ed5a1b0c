/** A text found by what it means; `score` is calibrated to 0..1. */
export interface SemanticHit {
  readonly contentHash: string;
  readonly score: number;
}

export interface SemanticStatus {
  readonly model: string;
  readonly indexed: number;
  readonly pending: number;
  /** False while queries are answered by words alone. */
  readonly available: boolean;
}

/** What style queries ask of the semantic arm. Both searches throw SemanticUnavailable while it is away. */
export interface SemanticPort {
  search(text: string, limit: number): Promise<{ readonly hits: readonly SemanticHit[] }>;
  score(text: string, contentHashes: readonly string[]): Promise<ReadonlyMap<string, SemanticHit>>;
  status(): Promise<SemanticStatus>;
}

export const SEMANTIC = Symbol('SEMANTIC');
