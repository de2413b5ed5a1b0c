/** A paragraph and how well a ranker thinks that it fits; scores of one ranker compare. */
export interface Ranked {
  readonly contentHash: string;
  readonly score: number;
}

/** Something that finds paragraphs for a text. */
export interface Ranker {
  readonly name: string;
  /** The best first, at most ten. */
  readonly rank: (text: string) => Promise<readonly Ranked[]>;
}

/** How many paragraphs of a ranker are looked at. */
export const ranksAtMost = 10;
