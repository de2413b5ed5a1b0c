/* Rows of read models as the API tells them; integers of any size are decimal strings. */

export interface ExecutionRow {
  readonly executionId: string;
  readonly flow: string;
  readonly topic: string | null;
  readonly agent: string | null;
  readonly status: string;
  readonly reason: string | null;
  readonly stage: string | null;
  readonly revisions: number;
  readonly score: number | null;
  readonly decision: string | null;
  readonly gates: Readonly<Record<string, boolean>> | null;
  readonly url: string | null;
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly inputTokens: string;
  readonly outputTokens: string;
  readonly costNanoUsd: string;
  readonly costUsd: number;
  readonly startedAt: string;
  readonly updatedAt: string;
  readonly endedAt: string | null;
  readonly forkedFrom: string | null;
  readonly deploymentId: string;
}

export interface ExecutionRoiRow {
  readonly executionId: string;
  readonly topic: string | null;
  readonly revisions: number;
  readonly stageCosts: readonly StageCost[];
  readonly revisionCosts: readonly RevisionCost[];
  readonly calls: number;
  readonly costNanoUsd: string;
  readonly repricedNanoUsd: string;
  readonly costUsd: number;
  readonly humanHours: number;
  readonly humanCostUsd: number;
  readonly multiplier: number | null;
  readonly publishedAt: string | null;
}

interface StageCost {
  readonly stage: string | null;
  readonly calls: number;
  readonly costNanoUsd: string;
}

interface RevisionCost {
  readonly revision: number;
  readonly calls: number;
  readonly costNanoUsd: string;
}

interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
  readonly p99: number | null;
}

export interface RoiTotalsRow {
  readonly day?: string;
  readonly agent?: string;
  readonly model?: string;
  readonly deployment?: string;
  readonly calls: string;
  readonly unpricedCalls: string;
  readonly inputTokens: string;
  readonly cachedInputTokens: string;
  readonly outputTokens: string;
  readonly costNanoUsd: string;
  readonly repricedNanoUsd: string;
  readonly costUsd: number;
  readonly humanHours: number;
  readonly humanCostUsd: number;
  readonly multiplier: number | null;
  readonly durationMs: Percentiles;
}

export interface StyleUsageRow {
  readonly day?: string;
  readonly source?: string;
  readonly paragraph?: string;
  readonly queries: string;
  readonly hits: string;
  readonly emptyQueries: string;
  readonly nearMissQueries: string;
  readonly degradedQueries: string;
  readonly results: string;
  readonly nearMisses: string;
  readonly published: string;
  readonly revised: string;
  readonly failed: string;
  readonly good: string;
  readonly bad: string;
  readonly hitRate: number | null;
  readonly latencyMs: Percentiles;
}

export interface RoiExceptionRow {
  readonly agent?: string;
  readonly model?: string;
  readonly execution?: string;
  readonly open: string;
  readonly reportedNanoUsd: string;
  readonly computedNanoUsd: string;
  readonly percentOff: number | null;
}

export interface EventCounts {
  readonly fromPosition: string;
  readonly toPosition: string;
  readonly total: number;
  readonly types: Readonly<Record<string, number>>;
}

/** How the topic stands to the ledger. */
export interface RelayStanding {
  readonly topic: string;
  readonly position: string;
  readonly lag: { readonly events: number; readonly seconds: number };
  readonly state: 'publishing' | 'hindered' | 'vacant';
  readonly fault: string | null;
}

export interface Standing {
  readonly name: string;
  readonly summary: string;
  readonly kind: 'entity' | 'totals';
  readonly version: number;
  readonly generation: string;
  readonly position: string;
  readonly lag: { readonly events: number; readonly seconds: number };
  readonly parkedStreams: number;
  readonly fault: { readonly position: string; readonly cause: string } | null;
}
