import { curves } from '../../../src/modules/style-memory/calibration';
import { measured } from '../figures';
import type { Row } from '../figures';
import type { Measurement } from '../measurement';
import { armsOf } from '../retrieval/arms';
import { fitCalibration } from '../retrieval/calibration-fit';
import type { Asking, Curve } from '../retrieval/calibration-fit';
import { memoryOf } from '../retrieval/memory';

const constantsOf = ({ bias, slopes }: Curve): readonly (readonly [string, number])[] => [
  ['bias', bias],
  ...slopes.map((slope, index) => [`slope ${String(index + 1)}`, slope] as const),
];

/** A fitted constant, with the one that scores are made with today. */
const rowsOf = (name: string, fitted: Curve, used: Curve): Row[] => {
  const before = new Map(constantsOf(used));
  return constantsOf(fitted).map(([constant, value]) =>
    measured(
      {
        figure: `${name} score: ${constant}`,
        unit: '',
        note: `in calibration.ts: ${String(before.get(constant))}`,
      },
      [value],
    ),
  );
};

/** The constants of the scores, fitted anew on the pairs that are in this repository. */
export const calibration: Measurement = {
  name: 'calibration',
  summary:
    'the constants of src/modules/style-memory/calibration.ts, fitted on the questions of retrieval',
  budget: 'none: for whoever changes an arm',
  run: async (context) => {
    const memory = await memoryOf(context);
    const { evidenceFor } = await armsOf(context, memory);
    const askings: Asking[] = [];
    for (const question of memory.questions) {
      // Those on articles that not everybody has are for testing what comes of the others.
      if (question.kind === 'articles') continue;
      askings.push({ question, evidence: await evidenceFor(question.text) });
    }
    const fitted = fitCalibration(askings);
    return [
      ...rowsOf('lexical', fitted.lexical, curves.lexical),
      ...rowsOf('semantic', fitted.semantic, curves.semantic),
      ...rowsOf('degraded', fitted.degraded, curves.degraded),
      ...rowsOf('combined', fitted.combined, curves.combined),
    ];
  },
};
