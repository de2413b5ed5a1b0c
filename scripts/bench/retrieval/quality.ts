import type { Asked } from './memory';
import type { Ranked } from './ranker';

/** A question and what one ranker found for it. */
export interface Outcome {
  readonly question: Asked;
  readonly found: readonly Ranked[];
}

/** Of the questions that have an answer: how often it comes first, among three, and how far up. */
export interface Quality {
  readonly recallAt1: number;
  readonly recallAt3: number;
  /** Mean of 1 / rank; 0 for what is not among the first ten. */
  readonly reciprocalRank: number;
}

/** From 1; null where the answer is not among what was found. */
const rankOf = ({ question, found }: Outcome): number | null => {
  const place = found.findIndex(({ contentHash }) => contentHash === question.answer);
  return place === -1 ? null : place + 1;
};

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const qualityOf = (outcomes: readonly Outcome[]): Quality => {
  const ranks = outcomes.map(rankOf);
  const within = (most: number): number =>
    mean(ranks.map((rank) => (rank !== null && rank <= most ? 1 : 0)));
  return {
    recallAt1: within(1),
    recallAt3: within(3),
    reciprocalRank: mean(ranks.map((rank) => (rank === null ? 0 : 1 / rank))),
  };
};

/** Scores of right answers, of the best wrong one to each question, and of the best to unrelated ones. */
export interface Scores {
  readonly right: readonly number[];
  readonly wrong: readonly number[];
  readonly unrelated: readonly number[];
}

export const scoresOf = (outcomes: readonly Outcome[]): Scores => {
  const best = (
    { question, found }: Outcome,
    isMeant: (hash: string, answer: string | null) => boolean,
  ): number => found.find(({ contentHash }) => isMeant(contentHash, question.answer))?.score ?? 0;
  const related = outcomes.filter(({ question }) => question.answer !== null);
  const unrelated = outcomes.filter(({ question }) => question.answer === null);
  return {
    right: related.map((outcome) => best(outcome, (hash, answer) => hash === answer)),
    wrong: related.map((outcome) => best(outcome, (hash, answer) => hash !== answer)),
    unrelated: unrelated.map((outcome) => best(outcome, () => true)),
  };
};

/** The `q` quantile, by nearest rank. */
export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
};
