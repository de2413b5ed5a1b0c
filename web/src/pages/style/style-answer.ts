export interface FoundParagraph {
  readonly text: string;
  readonly score: number;
  readonly source: string;
  readonly paragraph: number;
  readonly paragraphId: string;
  readonly arms: { readonly lexical: number | null; readonly semantic: number | null };
}

/** What the style memory answers to a question. */
export interface StyleAnswer {
  readonly results: readonly FoundParagraph[];
  readonly nearMisses: readonly FoundParagraph[];
  readonly degraded: boolean;
  readonly latencyMs: number;
  readonly position: string;
  readonly note?: string;
}
