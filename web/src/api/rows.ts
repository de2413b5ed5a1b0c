import type { AnswerTo, Row, Schema } from './contract';

export type ExecutionRow = Row<'execution-status'> & {
  readonly gates: Readonly<Record<string, boolean>> | null;
};

interface Spent {
  readonly calls: number;
  readonly costNanoUsd: string;
}

export type ExecutionRoiRow = Row<'roi-executions'> & {
  readonly stageCosts: readonly (Spent & { readonly stage: string | null })[];
  readonly revisionCosts: readonly (Spent & { readonly revision: number })[];
};

export type RoiTotalsRow = Row<'roi-totals'>;
export type RoiExceptionRow = Row<'roi-exceptions'>;
export type StyleUsageRow = Row<'style-usage'>;

export type EventCounts = Schema<'EventCounts'>;

/** How every read model stands to the ledger, and the topic where there is one. */
export type Standings = AnswerTo<'/v1/projections'>;
export type Standing = Standings['projections'][number];
