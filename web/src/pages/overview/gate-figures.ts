import type { ExecutionRow } from '../../api/rows';

/** What the pipeline was planned to pass. */
export const targetRate = 0.87;

const gateNames = ['opening', 'evidence', 'voice', 'structure', 'chart'] as const;

type Scored = Pick<ExecutionRow, 'decision' | 'score' | 'gates'>;

export interface GateFigures {
  readonly scored: number;
  readonly passed: number;
  readonly meanScore: number | null;
  readonly gates: readonly { readonly gate: string; readonly held: number }[];
}

/** Each execution counts once, as it was scored last. */
export const gateFigures = (rows: readonly Scored[]): GateFigures => {
  const scores = rows.flatMap(({ score }) => score ?? []);
  const sum = scores.reduce((total, score) => total + score, 0);
  return {
    scored: rows.length,
    passed: rows.filter(({ decision }) => decision === 'publish').length,
    meanScore: scores.length === 0 ? null : sum / scores.length,
    gates: gateNames.map((gate) => ({
      gate,
      held: rows.filter(({ gates }) => gates?.[gate] === true).length,
    })),
  };
};
