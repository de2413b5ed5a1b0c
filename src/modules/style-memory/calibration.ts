/*
 * What the scores of style queries mean: of the first answers to the published questions, nine of ten
 * that score 0.7 or more are right. The curves are logistic (J. Platt, "Probabilistic Outputs for
 * Support Vector Machines", 1999): how likely a pair of a question and a paragraph is a right one,
 * given what the arms say of it, moved so that 0.7 is where nine of ten are.
 *
 * They were fitted by `npm run bench -- --only calibration` on the pairs that either arm finds for the
 * questions of scripts/bench/retrieval: known items among 5,000 paragraphs (fragments, shuffled,
 * inflected, misspelled), a text on software engineering asked in near and in far words, and
 * unrelated questions, each kind counting the same. See docs/adr/0014-calibration.md.
 */

interface Curve<Slopes extends readonly number[]> {
  readonly bias: number;
  readonly slopes: Slopes;
}

/** The fitted constants. */
export const curves: {
  readonly lexical: Curve<readonly [share: number]>;
  readonly semantic: Curve<readonly [cosine: number]>;
  readonly combined: Curve<readonly [lexical: number, semantic: number]>;
} = {
  lexical: { bias: -4.37, slopes: [8.83] },
  semantic: { bias: -7.13, slopes: [10.82] },
  combined: { bias: 1.19, slopes: [0.91, 0.68] },
};

const logistic = (sum: number): number => 1 / (1 + Math.exp(-sum));

const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** The score of a paragraph by words alone, from the share of the question's information it answers, 0..1. */
export const lexicalScore = (share: number): number => {
  const { bias, slopes } = curves.lexical;
  return logistic(bias + slopes[0] * share);
};

/** The score of a paragraph by meaning alone, from the cosine of the question and its nearest sentence. */
export const semanticScore = (cosine: number): number => {
  const { bias, slopes } = curves.semantic;
  return logistic(bias + slopes[0] * cosine);
};

/**
 * The score of a paragraph by both, from its score by each: their log-odds are weighed and added, which
 * is what logistic regression on share and cosine comes to. Null is an arm that says nothing of the
 * paragraph: with no words found the share is 0, and without the semantic arm words alone decide.
 */
export const combined = (lexical: number | null, semantic: number | null): number => {
  if (semantic === null) return lexical ?? 0;
  const { bias, slopes } = curves.combined;
  const [byWords, byMeaning] = slopes;
  const words = logit(lexical ?? lexicalScore(0));
  return logistic(bias + byWords * words + byMeaning * logit(semantic));
};
