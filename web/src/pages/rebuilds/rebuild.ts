import type { Row, Schema } from '../../api/contract';

export type RebuildProgress = Schema<'RebuildProgress'>;
export type RebuildPart = RebuildProgress['projections'][number];
export type Verification = NonNullable<RebuildPart['verification']>;

export type RebuildRow = Row<'rebuilds'> & { readonly projections: readonly string[] };

export type Compared = Schema<'RebuildDiff'>['projections'][number];
export type TableDiff = Compared['tables'][number];

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

interface Asked {
  readonly cutover: string;
  readonly dryRun: boolean;
  /** Null for the whole ledger. */
  readonly scope: unknown;
}

/** How what is built goes live, if it ever does. */
export const cutoverOf = ({ cutover, dryRun, scope }: Asked): string => {
  if (dryRun) return 'never: a dry run';
  return scope === null ? cutover : 'never: a what-if of a part of the ledger';
};

/** Whether it made a what-if of a part of the ledger: its diff is made when it is asked for. */
export const isOfPart = ({ state, projections }: RebuildProgress): boolean =>
  state === 'completed' && comparedOf(projections) === null;

export const isOver = ({ state }: Pick<RebuildProgress, 'state'>): boolean =>
  state === 'completed' || state === 'cancelled' || state === 'failed';
