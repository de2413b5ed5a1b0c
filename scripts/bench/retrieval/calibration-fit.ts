import type { Evidence } from './arms';
import { fitChoices } from './choice-fit';
import type { Kind } from './collection';
import { distortions } from './known-items';
import type { Asked } from './memory';

/** What is known of the paragraphs that either arm brings for a question. */
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
  readonly degraded: Curve;
  readonly combined: Curve;
}

/** A question with its right paragraph, if there is one and it was brought, and all the others. */
interface Weighed {
  readonly kind: Kind;
  readonly right: Evidence | undefined;
  readonly wrong: readonly Evidence[];
  readonly weight: number;
}

/** Of the first answers that score this much or more so many are to be right. */
const target = { score: 0.7, precision: 0.9 } as const;

/** What the threshold is for: known items come first nearly always, and would only make it lax. */
const isKnown = (kind: Kind): boolean => distortions.some((distortion) => distortion === kind);

const logit = (probability: number): number => Math.log(probability / (1 - probability));

/** Every kind of question counts the same, however many there are of it. */
const weighed = (askings: readonly Asking[]): Weighed[] => {
  const numbers = new Map<Kind, number>();
  for (const { question } of askings) {
    numbers.set(question.kind, (numbers.get(question.kind) ?? 0) + 1);
  }
  return askings.map(({ question, evidence }) => ({
    kind: question.kind,
    right: evidence.find(({ contentHash }) => contentHash === question.answer),
    wrong: evidence.filter(({ contentHash }) => contentHash !== question.answer),
    weight: 50 / (numbers.get(question.kind) ?? 1),
  }));
};

/** The least sum from which on nine of ten first answers are right, to questions that it is for. */
const thresholdOf = (
  questions: readonly Weighed[],
  sumOf: (evidence: Evidence) => number,
): number => {
  const firsts = questions
    .filter(({ kind }) => !isKnown(kind))
    .map(({ right, wrong, weight }) => {
      const rightSum = right === undefined ? -Infinity : sumOf(right);
      const wrongSum = Math.max(...wrong.map(sumOf));
      return { sum: Math.max(rightSum, wrongSum), right: rightSum > wrongSum ? weight : 0, weight };
    })
    .sort((one, other) => other.sum - one.sum);
  let [right, all, threshold] = [0, 0, Infinity];
  for (const first of firsts) {
    all += first.weight;
    right += first.right;
    if (right / all >= target.precision) threshold = first.sum;
  }
  return threshold;
};

/** Slopes by which right answers come first, moved so that from 0.7 on nine of ten are. */
const curveOf = (
  questions: readonly Weighed[],
  featuresOf: (evidence: Evidence) => number[],
): Curve => {
  const slopes = fitChoices(
    questions.flatMap(({ right, wrong, weight }) =>
      right === undefined
        ? []
        : [{ right: featuresOf(right), wrong: wrong.map(featuresOf), weight }],
    ),
  );
  const sumOf = (evidence: Evidence): number =>
    featuresOf(evidence).reduce((sum, feature, index) => sum + feature * (slopes[index] ?? 0), 0);
  return { slopes, bias: logit(target.score) - thresholdOf(questions, sumOf) };
};

/** The curves of `src/modules/style-memory/calibration.ts`. */
export const fitCalibration = (askings: readonly Asking[]): Fitted => {
  const questions = weighed(askings);
  const lexical = curveOf(questions, ({ share }) => [share]);
  const semantic = curveOf(questions, ({ cosine }) => [cosine]);
  const onCurve = ({ bias, slopes: [slope = 0] }: Curve, feature: number): number =>
    bias + slope * feature;
  const degraded = curveOf(questions, ({ share, wording }) => [onCurve(lexical, share), wording]);
  const combined = curveOf(questions, ({ share, cosine, wording }) => [
    onCurve(lexical, share),
    onCurve(semantic, cosine),
    wording,
  ]);
  return { lexical, semantic, degraded, combined };
};
