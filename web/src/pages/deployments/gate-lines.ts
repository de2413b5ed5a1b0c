import type { Check, DeploymentRow, Gate } from './deployment';

/** A gate with the last check of it. */
export interface GateLine {
  readonly gate: string;
  readonly isRequired: boolean;
  readonly asked: string;
  readonly unit: string | null;
  readonly threshold: number | null;
  readonly measured: number | null;
  /** Null where it was never checked. */
  readonly outcome: string | null;
  readonly evidence: string | null;
  readonly by: string | null;
  readonly at: string | null;
}

const words = { 'at-least': 'at least', above: 'above', below: 'below' } as const;

const askedBy = ({ comparison, threshold, unit, smallestSample }: Gate): string => {
  if (comparison === null) return 'successful';
  const of = smallestSample === null ? '' : `, of ${String(smallestSample)} or more`;
  return `${words[comparison]} ${String(threshold)}${unit === null ? '' : ` ${unit}`}${of}`;
};

const lineOf = (gate: string, rule: Gate | undefined, check: Check | undefined): GateLine => ({
  gate,
  isRequired: rule !== undefined,
  asked: rule === undefined ? '' : askedBy(rule),
  unit: rule?.unit ?? null,
  threshold: rule?.threshold ?? check?.threshold ?? null,
  measured: check?.measured ?? null,
  outcome: check?.outcome ?? null,
  evidence: check?.evidence ?? null,
  by: check?.by ?? null,
  at: check?.at ?? null,
});

/** The gates that are required, then others: those that tick an item, or were checked. */
export const gateLinesOf = (
  row: Pick<DeploymentRow, 'gates' | 'checks' | 'checklist'>,
): readonly GateLine[] => {
  const required = row.gates.map(({ gate }) => gate);
  const ticking = row.checklist.flatMap(({ gate }) => gate ?? []);
  const names = [...new Set([...required, ...ticking, ...row.checks.map(({ gate }) => gate)])];
  return names.map((name) =>
    lineOf(
      name,
      row.gates.find(({ gate }) => gate === name),
      row.checks.find(({ gate }) => gate === name),
    ),
  );
};
