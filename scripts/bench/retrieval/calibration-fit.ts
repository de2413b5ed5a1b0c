import type { Evidence } from './arms';
import type { Kind } from './collection';
import { fitLogistic } from './logistic-fit';
import type { Asked } from './memory';

/** What both arms say of the paragraphs that either finds for a question. */
export interface Asking {
  readonly question: Asked;
  readonly evidence: readonly Evidence[];
}

/** `1 / (1 + exp(-(bias + slopes * features)))`. */
export interface Curve {
  readonly bias: number;
  readonly slopes: readonly number[];
}

export interface Fitted {
  readonly lexical: Curve;
  readonly semantic: Curve;
  readonly combined: Curve;
}

/** A pair of a question and a paragraph. */
interface Pair extends Evidence {
  /** The question's place. */
  readonly asking: number;
  readonly right: boolean;
  readonly weight: number;
}

/** Of the first answers to all questions, of those that score this much or more so many are to be right. */
const target = { score: 0.7, precision: 0.9 } as const;

const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** Every kind of question counts the same, however many there are of it. */
const pairsOf = (askings: readonly Asking[]): Pair[] => {
  const numbers = new Map<Kind, number>();
  for (const { question } of askings) {
    numbers.set(question.kind, (numbers.get(question.kind) ?? 0) + 1);
  }
  return askings.flatMap(({ question, evidence }, asking) =>
    evidence.map((one) => ({
      ...one,
      asking,
      right: one.contentHash === question.answer,
      weight: 50 / (numbers.get(question.kind) ?? 1),
    })),
  );
};

interface Summed {
  readonly pair: Pair;
  readonly sum: number;
}

/** The best answer to each question. */
const firstsOf = (all: readonly Summed[]): Summed[] => {
  const firsts = new Map<number, Summed>();
  for (const one of all) {
    const { asking } = one.pair;
    if (one.sum > (firsts.get(asking)?.sum ?? -Infinity)) firsts.set(asking, one);
  }
  return [...firsts.values()];
};

/** The least sum from which on nine of ten first answers are right. */
const thresholdOf = (sums: readonly Summed[]): number => {
  let [right, all, threshold] = [0, 0, Infinity];
  for (const { sum, pair } of firstsOf(sums).sort((one, other) => other.sum - one.sum)) {
    all += pair.weight;
    if (pair.right) right += pair.weight;
    if (right / all >= target.precision) threshold = sum;
  }
  return threshold;
};

/** How likely a pair is right, moved so that 0.7 is where nine of ten first answers are. */
const curveOf = (pairs: readonly Pair[], featuresOf: (pair: Pair) => number[]): Curve => {
  const cases = pairs.map((pair) => ({ ...pair, features: featuresOf(pair) }));
  const [, ...slopes] = fitLogistic(cases);
  const sums = cases.map(({ features, ...pair }) => ({
    pair,
    sum: features.reduce((sum, feature, index) => sum + feature * (slopes[index] ?? 0), 0),
  }));
  return { slopes, bias: logit(target.score) - thresholdOf(sums) };
};

/** The curves of `src/modules/style-memory/calibration.ts`. */
export const fitCalibration = (askings: readonly Asking[]): Fitted => {
  const pairs = pairsOf(askings);
  const lexical = curveOf(pairs, ({ share }) => [share]);
  const semantic = curveOf(pairs, ({ cosine }) => [cosine]);
  const sumOf = ({ bias, slopes: [slope = 0] }: Curve, feature: number): number =>
    bias + slope * feature;
  const combined = curveOf(pairs, ({ share, cosine }) => [
    sumOf(lexical, share),
    sumOf(semantic, cosine),
  ]);
  return { lexical, semantic, combined };
};
