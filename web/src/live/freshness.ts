import type { LedgerEvent } from './event';

/** After which events an answer is out of date, and how often it may be asked for anew. */
export interface Freshness {
  readonly outdatedBy: (event: LedgerEvent) => boolean;
  readonly milliseconds: number;
}

const second = 1_000;

export const after = (types: readonly string[], milliseconds = second): Freshness => {
  const names = new Set(types);
  return { outdatedBy: ({ type }) => names.has(type), milliseconds };
};

export const afterStream = (stream: string, milliseconds = second): Freshness => ({
  outdatedBy: (event) => event.stream === stream,
  milliseconds,
});

export const afterCategory = (prefix: string, milliseconds = second): Freshness => ({
  outdatedBy: ({ stream }) => stream.startsWith(`${prefix}-`),
  milliseconds,
});

export const afterAnything = (milliseconds = second): Freshness => ({
  outdatedBy: () => true,
  milliseconds,
});
