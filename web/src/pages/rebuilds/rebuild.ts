interface Differences {
  readonly added: number;
  readonly missing: number;
  readonly changed: number;
}

/** What a generation was proven by before it may go live. */
export interface Verification {
  readonly holds: boolean;
  readonly position: string;
  readonly ledgerHash: string | null;
  readonly rows: number;
  readonly contentHash: string;
  readonly streams: number | null;
  readonly events: number;
  readonly refolded: {
    readonly of: 'everything' | 'streams' | 'keys' | 'nothing';
    readonly events: number;
    readonly rows: number;
  };
  readonly faultCount: number;
  readonly faults: readonly string[];
}

export interface RebuildPart {
  readonly projection: string;
  readonly generation: string | null;
  readonly step: string | null;
  readonly rows: number | null;
  readonly differences: Differences | null;
  readonly verifying: {
    readonly step: string;
    readonly done: number;
    readonly total: number;
  } | null;
  readonly verification: Verification | null;
}

/** How far a rebuild is. */
export interface RebuildProgress {
  readonly rebuildId: string;
  readonly state: 'running' | 'waiting' | 'paused' | 'completed' | 'cancelled' | 'failed';
  readonly step: string;
  readonly done: number;
  readonly total: number | null;
  readonly ratePerSecond: number;
  readonly secondsLeft: number | null;
  readonly projections: readonly RebuildPart[];
  readonly waitsFor: {
    readonly why: 'manual' | 'differences';
    readonly projections: readonly string[];
  } | null;
  readonly cutover: 'auto' | 'manual';
  readonly dryRun: boolean;
  readonly reason: string | null;
  readonly fault: string | null;
}

export interface RebuildRow {
  readonly rebuildId: string;
  readonly projections: readonly string[];
  readonly status: string;
  readonly reason: string | null;
  readonly cutover: string;
  readonly dryRun: boolean;
  readonly outcome: string | null;
  readonly actor: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
}

interface DiffRow {
  readonly kind: 'missing' | 'added' | 'changed';
  readonly key: Readonly<Record<string, string | null>>;
  readonly fields: readonly {
    readonly column: string;
    readonly before: string | null;
    readonly after: string | null;
  }[];
}

export interface TableDiff extends Differences {
  readonly table: string;
  readonly rows: { readonly before: number; readonly after: number };
  readonly columns: Readonly<Record<string, number>>;
  readonly totals: readonly {
    readonly column: string;
    readonly before: string;
    readonly after: string;
  }[];
  readonly samples: readonly DiffRow[];
}

export interface RebuildDiff {
  readonly projections: readonly {
    readonly projection: string;
    readonly before: string;
    readonly after: string;
    readonly position: string;
    readonly tables: readonly TableDiff[];
  }[];
}

/** What is to be typed to confirm something about these. */
export const nameOf = (projections: readonly string[]): string => {
  const [only = ''] = projections;
  return projections.length === 1 ? only : `${String(projections.length)} read models`;
};

/** Whether any row differs from the live one. */
export const differs = ({ differences }: RebuildPart): boolean =>
  differences !== null && differences.added + differences.missing + differences.changed > 0;

/** What has been compared, by what came of it: as long as it is this, the diff is the one that was asked for. */
export const comparedOf = (parts: readonly RebuildPart[]): string | null => {
  const compared = parts.filter(({ differences }) => differences !== null);
  if (compared.length === 0) return null;
  return JSON.stringify(compared.map(({ projection, differences }) => [projection, differences]));
};

export const isOver = ({ state }: Pick<RebuildProgress, 'state'>): boolean =>
  state === 'completed' || state === 'cancelled' || state === 'failed';
