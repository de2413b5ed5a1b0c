/*
 * What the scores of style queries mean: of the first answers to the published questions in other words
 * than the text's, and to unrelated ones, nine of ten that score 0.7 or more are right. The curves are
 * logistic, with the slopes that make right answers most likely to be chosen among all that were found
 * for their questions (D. McFadden, "Conditional logit analysis of qualitative choice behavior", 1974),
 * moved so that 0.7 is where nine of ten are.
 *
 * They were fitted by `npm run bench -- --only calibration` on the paragraphs that either arm brings for
 * the questions of scripts/bench/retrieval: known items among 5,000 paragraphs (fragments, shuffled,
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
  readonly degraded: Curve<readonly [lexical: number, wording: number]>;
  readonly combined: Curve<readonly [lexical: number, semantic: number, wording: number]>;
} = {
  lexical: { bias: -7.53, slopes: [13.83] },
  semantic: { bias: -13.03, slopes: [21.85] },
  degraded: { bias: -2.03, slopes: [0.47, 13.35] },
  combined: { bias: -0.4, slopes: [0.36, 0.53, 13.01] },
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

/** What is known of a paragraph. */
export interface Evidence {
  /** Its score by words; null where they do not find it. */
  readonly lexical: number | null;
  /** Its score by meaning; null where the semantic arm says nothing of it. */
  readonly semantic: number | null;
  /** How literally it says what was asked, 0..1. */
  readonly wording: number;
}

/**
 * The log-odds of a paragraph by all that is known of it: those of both arms and the wording, weighed and
 * added. With no words found the share is 0; without the semantic arm words and wording decide.
 */
export const logOddsOf = ({ lexical, semantic, wording }: Evidence): number => {
  const words = logit(lexical ?? lexicalScore(0));
  if (semantic === null) {
    const { bias, slopes } = curves.degraded;
    return bias + slopes[0] * words + slopes[1] * wording;
  }
  const { bias, slopes } = curves.combined;
  return bias + slopes[0] * words + slopes[1] * logit(semantic) + slopes[2] * wording;
};

/**
 * The score of a paragraph beside the best one that was found: by how much it is behind that counts
 * once more, since of two answers the one that is far behind is hardly the one that was meant.
 *
 * @param best the log-odds of the best one, which may be the paragraph itself.
 */
export const scoreOf = (logOdds: number, best: number): number =>
  logistic(logOdds - (best - logOdds));
